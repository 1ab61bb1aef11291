import type { AuditEntry } from '../../../domain/audit/audit-entry.ts'
import type { ChainName } from '../../../domain/audit/audit-topics.ts'
import type { Checkpoint } from '../../../domain/checkpoint.ts'
import type { Move } from '../../ports/long-term-store.ts'

/** How far a chain was made, and what it came to there. */
export interface AuditCheckpoint extends Checkpoint {
  /** 32 bytes; `chainStart` before the first record. */
  readonly chain: Uint8Array
  /** Records from the chain's beginning, those that were trimmed too. */
  readonly entries: number
}

/**
 * What became of moving a checkpoint. `foreign-row`: rows stand beyond the checkpoint, which move with it and so cannot have been
 * written by a fold; nothing was moved.
 */
export type AuditMove =
  | Move
  | { readonly outcome: 'foreign-row'; readonly checkpoint: AuditCheckpoint; readonly offset: number }

/** The audit table. Rows and checkpoint move in one atomic step, by compare-and-set on the checkpoint. */
export interface AuditStore {
  /** A chain that was never made is at offset −1, with its start. */
  checkpoint(chain: ChainName): Promise<AuditCheckpoint>
  /** Writes `entries` and the checkpoint `to` if, and only if, the stored checkpoint equals `from`. */
  move(chain: ChainName, from: AuditCheckpoint, to: AuditCheckpoint, entries: readonly AuditEntry[]): Promise<AuditMove>
}
