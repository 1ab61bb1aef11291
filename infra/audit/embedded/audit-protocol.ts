import type { AuditedTopic } from '../../../domain/audit/audit-topics.ts'

/** What the audit's thread opens and how it anchors. */
export interface AuditWorkerData {
  readonly log: string
  readonly auditLog: string
  readonly audit: string
  readonly dataDir: string
  /** As configured; `null`: the one in the data directory. */
  readonly signingKey: string | null
  readonly anchorEveryEntries: number
  readonly anchorEveryMs: number
}

/** To the audit's thread. */
export type AuditRequest =
  /** Operations as packRecords packs them. Answered by `appended` or `refused`. */
  | { readonly kind: 'append'; readonly id: number; readonly packed: ArrayBuffer }
  /** The log of these partitions is longer than it was. */
  | { readonly kind: 'grown'; readonly partitions: readonly number[] }
  | { readonly kind: 'close' }

/** From the audit's thread. */
export type AuditReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'appended'; readonly id: number }
  /** Nothing of it is in the log. */
  | { readonly kind: 'refused'; readonly id: number; readonly reason: string }
  | { readonly kind: 'chained'; readonly topic: AuditedTopic; readonly records: number }
  | { readonly kind: 'anchored'; readonly anchors: number }
  | { readonly kind: 'anchor-failed'; readonly reason: string }
  | { readonly kind: 'waiting'; readonly topic: AuditedTopic; readonly partition: number; readonly reason: string }
  /** The log is not what was chained: an alarm. */
  | { readonly kind: 'stopped'; readonly topic: AuditedTopic; readonly partition: number; readonly reason: string }
