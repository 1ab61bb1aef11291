import type { SignedAnchor } from '../../domain/audit/anchor.ts'
import type { AuditFinding } from '../../domain/audit/audit-finding.ts'
import { operationChains } from '../../domain/audit/audit-topics.ts'
import { readAnchors } from './read-anchors.ts'
import { type ReplayAuditDeps, replayAudit } from './replay-audit.ts'
import { dueTrims, type TrimAuditDeps, type Trimmed, trimAudit } from './trim-audit.ts'

export interface TrimExpiredDeps
  extends Pick<ReplayAuditDeps, 'evidence' | 'commandCodec' | 'auditCodec' | 'progress'>,
    Pick<TrimAuditDeps, 'target' | 'signer' | 'now' | 'before'> {
  /** Whether a trusted key signed exactly this. */
  readonly isSigned: (anchor: SignedAnchor) => boolean
}

export type ExpiredTrim =
  | { readonly outcome: 'nothing-due' }
  | { readonly outcome: 'trimmed'; readonly trimmed: readonly Trimmed[] }
  /** Nothing was taken away: it would have been what shows the tampering. */
  | { readonly outcome: 'unsound'; readonly findings: readonly AuditFinding[] }

/**
 * What a server does unasked when operations are kept for a time: it takes away what was anchored before the instant, as
 * `somabrain audit trim` does, and only where the chains of operations and all anchors verify. Those of the writes, of which
 * nothing is taken, are left to `somabrain audit replay`: they are read whole there, however long the log is.
 */
export async function trimExpired(deps: TrimExpiredDeps): Promise<ExpiredTrim> {
  const { anchors } = await readAnchors({ ...deps, codec: deps.auditCodec })
  if ((await dueTrims({ ...deps, anchors })).length === 0) return { outcome: 'nothing-due' }
  const { findings } = await replayAudit({ ...deps, since: null, only: operationChains })
  if (findings.length > 0) return { outcome: 'unsound', findings }
  return { outcome: 'trimmed', trimmed: await trimAudit({ ...deps, anchors }) }
}
