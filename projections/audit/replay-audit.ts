import type { SignedAnchor } from '../../domain/audit/anchor.ts'
import type { AuditFinding } from '../../domain/audit/audit-finding.ts'
import { type ChainName, chainText, everyChain } from '../../domain/audit/audit-topics.ts'
import type { AuditCodec } from '../../schemas/audit-codec.ts'
import type { CommandCodec } from '../../schemas/command-codec.ts'
import type { AuditEvidence } from './ports/audit-evidence.ts'
import { type ReadAnchors, readAnchors } from './read-anchors.ts'
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
  /** Of the anchors, and of rows of the table that belong to no chain. */
  readonly otherFindings: readonly AuditFinding[]
  /** Of the anchors and of no chain first, then the first of each chain. Empty: nothing was tampered with. */
  readonly findings: readonly AuditFinding[]
}

/** Recomputes every chain from the logs and compares it with the audit table and the signed anchors. */
export async function replayAudit(deps: ReplayAuditDeps): Promise<AuditReplay> {
  const { anchors, findings } = await anchorsNow(deps)
  const chains: ChainReport[] = []
  for (const chain of deps.only ?? everyChain) {
    chains.push(await verifyBesideTrims(deps, chain, anchors.get(chainText(chain)) ?? []))
  }
  return replayOf(chains, [...findings, ...(await foreignRows(deps))])
}

async function foreignRows({ evidence }: ReplayAuditDeps): Promise<readonly AuditFinding[]> {
  const row = await evidence.foreignRow()
  return row === null
    ? []
    : [{ kind: 'table-rewritten', ...row, detail: 'a row stands here, and no such partition is audited' }]
}

const anchorsNow = ({ evidence, auditCodec, isSigned }: ReplayAuditDeps): Promise<ReadAnchors> =>
  readAnchors({ evidence, codec: auditCodec, isSigned })

/**
 * A server that runs may trim while this reads. A trim is signed before anything goes: so whatever does not verify is looked
 * at again when one stands there that did not before. And it may be folding a table again that was lost: one that is behind
 * its anchors is looked at again for as long as it moves towards them.
 */
async function verifyBesideTrims(
  deps: ReplayAuditDeps,
  chain: ChainName,
  anchors: readonly SignedAnchor[],
): Promise<ChainReport> {
  const { evidence, since, progress } = deps
  const read = chain.topic === 'memory.commands' ? commandReader(deps.commandCodec) : operationReader(deps.auditCodec)
  for (let own = anchors; ; ) {
    const folded = await foldedTo(evidence, chain)
    const verified = await settled(verifyChain({ evidence, read, anchors: own, since, progress }, chain))
    if (verified.status === 'fulfilled' && verified.value.finding === null) return verified.value
    const now = (await anchorsNow(deps)).anchors.get(chainText(chain)) ?? []
    const isCatchingUp = folded < (own.at(-1)?.offset ?? -1) && (await foldedTo(evidence, chain)) > folded
    if (trimsIn(now) === trimsIn(own) && !isCatchingUp) {
      if (verified.status === 'fulfilled') return verified.value
      throw verified.reason
    }
    own = now
  }
}

const foldedTo = async (evidence: AuditEvidence, chain: ChainName): Promise<number> =>
  (await evidence.checkpoint(chain))?.offset ?? -1

const trimsIn = (anchors: readonly SignedAnchor[]): number => anchors.filter(({ kind }) => kind === 'trim').length

const settled = async <T>(work: Promise<T>): Promise<PromiseSettledResult<T>> => (await Promise.allSettled([work]))[0]!

/** Puts together what was found in anchors and chains. */
export const replayOf = (chains: readonly ChainReport[], otherFindings: readonly AuditFinding[]): AuditReplay => ({
  chains,
  otherFindings,
  findings: [...otherFindings, ...chains.flatMap(({ finding }) => finding ?? [])],
})
