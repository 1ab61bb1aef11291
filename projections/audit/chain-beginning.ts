import type { SignedAnchor } from '../../domain/audit/anchor.ts'
import type { AuditFinding } from '../../domain/audit/audit-finding.ts'
import type { ChainName } from '../../domain/audit/audit-topics.ts'
import { chainStart } from '../../domain/audit/chain.ts'
import type { AuditEvidence } from './ports/audit-evidence.ts'

/** Where the recomputation of a chain begins. */
export interface ChainBeginning {
  /** Of the first record that is verified. */
  readonly offset: number
  /** Of the first record that is there: the table has rows from here on. */
  readonly first: number
  /** The chain before it. */
  readonly chain: Uint8Array
  readonly finding: AuditFinding | null
}

/**
 * The first record, or the one behind an anchor: the last one before `since`, or the trim behind which the log begins. A
 * log that begins later without a signed trim has lost its beginning.
 */
export async function chainBeginning(
  evidence: AuditEvidence,
  chain: ChainName,
  anchors: readonly SignedAnchor[],
  since: number | null,
): Promise<ChainBeginning> {
  const first = await evidence.start(chain)
  const behind = (anchor: SignedAnchor): ChainBeginning => ({
    first,
    offset: anchor.offset + 1,
    chain: anchor.chain,
    finding: null,
  })
  const asked = anchors.findLast(({ signedAt, offset }) => since !== null && signedAt < since && offset + 1 >= first)
  if (asked !== undefined) return behind(asked)
  const start = { offset: 0, first, chain: chainStart(chain) }
  if (first === 0) return { ...start, finding: null }
  const trim = anchors.find(({ kind, offset }) => kind === 'trim' && offset === first - 1)
  if (trim !== undefined) return behind(trim)
  const detail = `the log begins at offset ${first}, and no signed trim says that what stood before was taken away`
  return { ...start, finding: { kind: 'missing', ...chain, offset: 0, detail } }
}
