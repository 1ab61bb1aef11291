import { encodePosition, type Position } from '../domain/position.ts'
import type { Progress } from './ports/progress.ts'

/** Of a log that has no record yet. */
export const NO_GENERATION = '0'.repeat(16)

/** The text of a place in the log that is known to exist. */
export const positionText = (partition: number, offset: number, progress: Progress): string =>
  encodePosition({ generation: generationAt(partition, offset, progress), partition, offset })

/** The text of a checkpoint of `partition`. Before the first record there is no generation to name. */
export function checkpointText(partition: number, at: Omit<Position, 'partition'>): string {
  const generation = at.offset < 0 ? NO_GENERATION : at.generation
  return encodePosition({ generation, partition, offset: at.offset })
}

/** Generation of a record that is known to exist: what lies beyond the known head continues its generation. */
export function generationAt(partition: number, offset: number, progress: Progress): string {
  const generation =
    progress.generationOf(partition, offset) ?? progress.generationOf(partition, progress.head(partition))
  return generation ?? NO_GENERATION
}
