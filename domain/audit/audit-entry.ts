import type { ChainName } from './audit-topics.ts'

/** A record as the audit table keeps it. */
export interface AuditEntry extends ChainName {
  readonly offset: number
  /** The chain after this record. 32 bytes. */
  readonly chain: Uint8Array
  /** Milliseconds since 1970, as the record says. */
  readonly at: number
  /** `null`: the record is about no tenant (a Genesis, a refused credential). */
  readonly tenant: string | null
  readonly namespace: string | null
  readonly principal: string | null
  /** The role matrix's for operations; the command's type in lower case for writes; `unreadable`. */
  readonly action: string
  /** Command id, or the operation's. `null` for what cannot be read. */
  readonly id: string | null
  /** The value of an operation, framed, for what no column has. */
  readonly detail: Uint8Array | null
}

/** What a record says of itself. */
export type EntryContent = Omit<AuditEntry, keyof ChainName | 'offset' | 'chain'>

/** Whether two rows say the same of their record. */
export const sameEntry = (a: EntryContent, b: EntryContent): boolean =>
  a.at === b.at &&
  a.tenant === b.tenant &&
  a.namespace === b.namespace &&
  a.principal === b.principal &&
  a.action === b.action &&
  a.id === b.id &&
  (a.detail === null ? b.detail === null : b.detail !== null && Buffer.compare(a.detail, b.detail) === 0)
