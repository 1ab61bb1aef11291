import type { SignedAnchor } from '../../domain/audit/anchor.ts'
import type { AuditCheckpoint } from '../../projections/audit/ports/audit-store.ts'
import { neverChained } from './never-chained.ts'

/**
 * The checkpoint that a table which was lost begins with, where the beginning of its log was trimmed; `null` when no trim
 * ends right before the first record.
 */
export function beginBehindTrim(anchors: readonly SignedAnchor[], first: number): AuditCheckpoint | null {
  const trim = anchors.find(({ kind, offset }) => kind === 'trim' && offset === first - 1)
  if (trim === undefined) return null
  return { ...neverChained(trim), offset: trim.offset, chain: trim.chain, entries: trim.entries }
}
