import type { AuditFinding } from '../../domain/audit/audit-finding.ts'
import type { ChainName } from '../../domain/audit/audit-topics.ts'
import type { ChainReport } from '../../projections/audit/verify-chain.ts'

/** What one of several threads verifies. */
export interface ReplayShare {
  readonly dataDir: string
  /** PEM. */
  readonly publicKeys: readonly string[]
  readonly since: number | null
  readonly chains: readonly ChainName[]
}

export type ReplayMessage =
  | { readonly kind: 'progress'; readonly records: number }
  | {
      readonly kind: 'done'
      readonly chains: readonly ChainReport[]
      /** Of the anchors, and of rows of no chain: every thread looks at all of them. */
      readonly otherFindings: readonly AuditFinding[]
    }
