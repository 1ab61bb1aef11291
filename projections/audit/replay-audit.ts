import type { SignedAnchor } from '../../domain/audit/anchor.ts'
import type { AuditFinding } from '../../domain/audit/audit-finding.ts'
import { type ChainName, chainText, everyChain } from '../../domain/audit/audit-topics.ts'
import type { AuditCodec } from '../../schemas/audit-codec.ts'
import type { CommandCodec } from '../../schemas/command-codec.ts'
import type { AuditEvidence } from './ports/audit-evidence.ts'
import { readAnchors } from './read-anchors.ts'
import { commandReader, operationReader } from './read-audited-record.ts'
import { type ChainReport, verifyChain } from './verify-chain.ts'

export interface ReplayAuditDeps {
  readonly evidence: AuditEvidence
  readonly commandCodec: CommandCodec
  readonly auditCodec: AuditCodec
  /** Whether a trusted key signed exactly this. */
  readonly isSigned: (anchor: SignedAnchor) => boolean
  /** Begin behind the last anchors that were signed before this instant (milliseconds); `null`: at the first records. */
  readonly since: number | null
  readonly progress: (records: number) => void
  /** Default: all of them. */
  readonly only?: readonly ChainName[]
}

export interface AuditReplay {
  readonly chains: readonly ChainReport[]
  readonly anchorFindings: readonly AuditFinding[]
  /** Of the anchors first, then the first of each chain. Empty: nothing was tampered with. */
  readonly findings: readonly AuditFinding[]
}

/** Recomputes every chain from the logs and compares it with the audit table and the signed anchors. */
export async function replayAudit(deps: ReplayAuditDeps): Promise<AuditReplay> {
  const { evidence, since, progress } = deps
  const { anchors, findings } = await readAnchors({ evidence, codec: deps.auditCodec, isSigned: deps.isSigned })
  const chains: ChainReport[] = []
  for (const chain of deps.only ?? everyChain) {
    const read = chain.topic === 'memory.commands' ? commandReader(deps.commandCodec) : operationReader(deps.auditCodec)
    const own = anchors.get(chainText(chain)) ?? []
    chains.push(await verifyChain({ evidence, read, anchors: own, since, progress }, chain))
  }
  return replayOf(chains, findings)
}

/** Puts together what was found in anchors and chains. */
export const replayOf = (chains: readonly ChainReport[], anchorFindings: readonly AuditFinding[]): AuditReplay => ({
  chains,
  anchorFindings,
  findings: [...anchorFindings, ...chains.flatMap(({ finding }) => finding ?? [])],
})
