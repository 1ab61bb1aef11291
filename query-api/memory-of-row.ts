import type { RememberSecret } from '../domain/command.ts'
import { type Interval, intervalKnownAt, type MemoryRow } from '../domain/memory.ts'
import { encodePosition, type Position } from '../domain/position.ts'
import type { Progress } from './ports/progress.ts'
import type { Memory } from './query-api.ts'

const NO_GENERATION = '0'.repeat(16)

/** A row and what was sealed in it, as callers see a memory; `known`: as it was known then (`null`: now). */
export function memoryOfRow(
  row: MemoryRow,
  secret: RememberSecret,
  progress: Progress,
  known: number | null = null,
): Memory {
  const interval = intervalKnownAt(row.intervals, known)
  return {
    memoryId: row.memoryId,
    namespace: row.namespace,
    content: secret.content,
    metadata: secret.metadata,
    kind: row.kind,
    author: secret.author,
    runId: secret.runId,
    userId: secret.userId,
    agentId: secret.agentId,
    tags: secret.tags,
    importance: row.importance / 1000,
    occurredAt: row.occurredAt,
    recordedAt: row.recordedAt,
    validUntil: (interval ?? row.intervals.at(-1))?.validTo ?? null,
    supersedes: row.supersedes,
    supersededBy: row.supersededBy,
    retiredAt: interval === null ? retiredAt(row.intervals, known) : null,
    rehearsals: row.rehearsals,
    position: positionText(row.partition, row.offset, progress),
  }
}

/** The text of a place in the log that is known to exist. */
export function positionText(partition: number, offset: number, progress: Progress): string {
  const generation =
    progress.generationOf(partition, offset) ?? progress.generationOf(partition, progress.head(partition))
  return encodePosition({ generation: generation ?? NO_GENERATION, partition, offset })
}

/** The text of a checkpoint of `partition`. Before the first record there is no generation to name. */
export function checkpointText(partition: number, at: Omit<Position, 'partition'>): string {
  const generation = at.offset < 0 ? NO_GENERATION : at.generation
  return encodePosition({ generation, partition, offset: at.offset })
}

/** When it was last retired, as far as that was known at `known`. */
function retiredAt(intervals: readonly Interval[], known: number | null): number | null {
  const ends = intervals.map((interval) => interval.knownTo).filter((to) => to !== null)
  return ends.filter((to) => known === null || to <= known).at(-1) ?? null
}
