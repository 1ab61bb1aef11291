import type { Checkpoint } from '../domain/checkpoint.ts'
import type { LogRecord } from './ports/log-reader.ts'

/**
 * What became of offering records to a projection.
 * - `moved`: the checkpoint stands at the last record that was taken; there may be more in the batch (`taken` < offered).
 * - `already-applied`, `behind`: the store is elsewhere; go on from its checkpoint.
 * - `other-log`, `other-version`: the store was folded from another log, or by another fold: stop.
 * - `foreign-row`: the store has a row where it was not folded yet: somebody else wrote into it; stop.
 * - `unknown-schema`: a newer writer is out; nothing can be taken before a newer build is in.
 * - `too-many-dead-letters`: so many unreadable records in a row that the log, or this build, must be wrong: stop.
 * - `source-behind`: the projection that this one follows has not passed the records yet.
 * - `key-missing`: a data key is neither there nor marked as destroyed; an alarm, and nothing is taken before it is back.
 * - `store-down`: the store did not answer; nothing is known to have moved.
 */
export type FoldResult =
  | { readonly outcome: 'moved'; readonly checkpoint: Checkpoint; readonly deadLetters: number }
  | { readonly outcome: 'already-applied'; readonly checkpoint: Checkpoint }
  | { readonly outcome: 'behind'; readonly checkpoint: Checkpoint }
  | { readonly outcome: 'other-log'; readonly checkpoint: Checkpoint }
  | { readonly outcome: 'other-version'; readonly checkpoint: Checkpoint }
  | { readonly outcome: 'foreign-row'; readonly checkpoint: Checkpoint; readonly offset: number }
  | { readonly outcome: 'unknown-schema'; readonly offset: number; readonly number: number }
  | { readonly outcome: 'too-many-dead-letters'; readonly offset: number }
  | { readonly outcome: 'source-behind'; readonly checkpoint: Checkpoint }
  | { readonly outcome: 'key-missing'; readonly cause: Error }
  | { readonly outcome: 'store-down'; readonly cause: Error }

/** One projection: one store, one checkpoint for each partition, moved in the same atomic step as the data. */
export interface Projection {
  readonly name: string
  checkpoint(partition: number): Promise<Checkpoint>
  /** Folds `records`, which begin right behind `from`. Rejects only for what is a bug. */
  fold(partition: number, from: Checkpoint, records: readonly LogRecord[]): Promise<FoldResult>
  /** The command id that a record of the log carries, or `null` when its bytes cannot be read. */
  commandIdOf(record: LogRecord): string | null
}
