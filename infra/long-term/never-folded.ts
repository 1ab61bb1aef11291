import type { Checkpoint } from '../../domain/checkpoint.ts'

/** The generation of a checkpoint that has folded nothing: no log has it. */
export const NO_GENERATION = '0000000000000000'

/** The checkpoint of a partition that was never folded. */
export const neverFolded = (foldVersion: number): Checkpoint => ({
  foldVersion,
  generation: NO_GENERATION,
  offset: -1,
  lastCommandId: null,
  knownTime: 0,
})
