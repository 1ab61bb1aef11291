import type { AuditEntry } from '../../../domain/audit/audit-entry.ts'
import type { AuditedTopic, ChainName } from '../../../domain/audit/audit-topics.ts'
import type { LogRecord } from '../../ports/log-reader.ts'
import type { AuditCheckpoint } from './audit-store.ts'

/** A record as it was found, however badly. Its parts may be taken out of its bytes when they are asked for: most never are. */
export interface FoundRecord extends LogRecord {
  /** What the log itself finds wrong with it (a checksum), or `null`. */
  readonly damage: string | null
  /** The chain behind it. */
  chainAfter(previous: Uint8Array): Buffer
}

/** A row that stands in no audited partition. */
export interface StrayRow {
  readonly topic: AuditedTopic | `topic ${number}`
  readonly partition: number
  readonly offset: number
}

/** Everything that a replay looks at. It only reads, and takes nothing for granted: what it reads may be tampered with. */
export interface AuditEvidence {
  /** Offset of the first record that is there, or of the next one where there is none. */
  start(chain: ChainName): Promise<number>
  /** Records from `from` on, in the order of their offsets, whatever stands between them; empty at the end. */
  records(chain: ChainName, from: number, limit: number): Promise<readonly FoundRecord[]>
  /** The table's checkpoint, `null` when the table has none of this chain. */
  checkpoint(chain: ChainName): Promise<AuditCheckpoint | null>
  /** Rows of the table, from `from` up to and including `to`. */
  rows(chain: ChainName, from: number, to: number): Promise<readonly AuditEntry[]>
  /** Offset of the first row that stands before `start` or beyond the table's own checkpoint of that moment; `null`: none does. */
  strayRow(chain: ChainName, start: number): Promise<number | null>
  /** The first row of what is no audited partition, `null` when there is none. */
  foreignRow(): Promise<StrayRow | null>
  /** Records of one partition of `audit.events`, as {@link records}. */
  events(partition: number, from: number, limit: number): Promise<readonly FoundRecord[]>
}
