import type { ChainName } from '../../domain/audit/audit-topics.ts'
import { chainStart } from '../../domain/audit/chain.ts'
import { AUDIT_FOLD_VERSION } from '../../projections/audit/audit-projection.ts'
import type { AuditCheckpoint } from '../../projections/audit/ports/audit-store.ts'
import { neverFolded } from '../long-term/never-folded.ts'

/** The checkpoint of a chain that was never made. */
export const neverChained = (chain: ChainName): AuditCheckpoint => ({
  ...neverFolded(AUDIT_FOLD_VERSION),
  chain: chainStart(chain),
  entries: 0,
})
