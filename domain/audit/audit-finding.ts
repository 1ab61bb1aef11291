import type { AuditedTopic } from './audit-topics.ts'

/**
 * What is wrong with a record, seen from what it was when it was chained.
 * - `altered`: other bytes stand in its place; `missing`: it was taken out; `inserted`: it was put in; `reordered`: it
 *   stands where another one stood.
 * - `table-rewritten`: the log is as it was, and the audit table says something else, more or less than it.
 * - `forged-anchor`: the signature is not of a trusted key, or not over what the anchor says.
 */
export type FindingKind = 'altered' | 'missing' | 'inserted' | 'reordered' | 'table-rewritten' | 'forged-anchor'

export interface AuditFinding {
  readonly kind: FindingKind
  /** `topic 7`: of a row in the table whose topic is none. */
  readonly topic: AuditedTopic | 'audit.events' | `topic ${number}`
  readonly partition: number
  readonly offset: number
  /** For a person: how it is known, or where the record stands now. */
  readonly detail: string
}
