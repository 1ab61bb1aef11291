import type { AuditEntry } from '../../domain/audit/audit-entry.ts'
import type { AuditedTopic } from '../../domain/audit/audit-topics.ts'

/** A place in the order of the audit table. */
export interface AuditPlace {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly topic: AuditedTopic
  readonly partition: number
  readonly offset: number
}

export interface AuditScan {
  /** `null`: what belongs to no tenant. No request is answered with it: it is for who runs the server. */
  readonly tenant: string | null
  /** Only what happened at or after; milliseconds. */
  readonly from: number | null
  /** Only what happened before; milliseconds. */
  readonly to: number | null
  /** Only what comes before this place. */
  readonly before: AuditPlace | null
  readonly limit: number
}

/** Reads the audit table. Rejects when its store does not answer. */
export interface AuditReader {
  /** A tenant's entries, the latest first: by time, and at one time by topic, partition and offset. */
  scan(scan: AuditScan): Promise<readonly AuditEntry[]>
}
