import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { LongTermChanges, LongTermNeeds, LongTermState } from '../../domain/long-term/changes.ts'

/**
 * What became of moving a checkpoint. `already-applied`: the store is at or beyond `to`. `behind`: the store is before
 * `from`, seek back to it. `other-log`: same offset, another command id. `other-version`: made by another fold version.
 */
export type Move =
  | { readonly outcome: 'moved' }
  | { readonly outcome: 'already-applied'; readonly checkpoint: Checkpoint }
  | { readonly outcome: 'behind'; readonly checkpoint: Checkpoint }
  | { readonly outcome: 'other-log'; readonly checkpoint: Checkpoint }
  | { readonly outcome: 'other-version'; readonly checkpoint: Checkpoint }

/** Where long-term memory is kept. Checkpoint and rows move in one atomic step, by compare-and-set on the checkpoint. */
export interface LongTermStore {
  /** The partition's checkpoint; a partition that was never folded is at offset −1 with this fold version. */
  checkpoint(partition: number): Promise<Checkpoint>
  load(needs: LongTermNeeds): Promise<LongTermState>
  /** Writes `changes` and the checkpoint `to` if, and only if, the stored checkpoint equals `from`. */
  move(partition: number, from: Checkpoint, to: Checkpoint, changes: LongTermChanges): Promise<Move>
}
