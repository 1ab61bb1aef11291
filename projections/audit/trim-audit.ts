import type { SignedAnchor } from '../../domain/audit/anchor.ts'
import { type ChainName, chainText, everyChain } from '../../domain/audit/audit-topics.ts'
import { type AuditSigner, signAnchor } from './anchor-schedule.ts'

/** Where a trim takes records away. */
export interface TrimTarget {
  /** The offset that the next record of the chain gets. */
  end(chain: ChainName): Promise<number>
  /** Appends to `audit.events`, durably. */
  publish(anchors: readonly SignedAnchor[]): Promise<void>
  /** Takes away records and rows at and before the offset. Doing it again changes nothing. */
  remove(chain: ChainName, offset: number): Promise<void>
}

export interface TrimAuditDeps {
  readonly target: TrimTarget
  /** Trusted anchors by chain (`chainText`), in the order of their offsets. */
  readonly anchors: ReadonlyMap<string, readonly SignedAnchor[]>
  readonly signer: AuditSigner
  /** Milliseconds since 1970. */
  readonly now: number
  /** What was anchored before this instant goes. */
  readonly before: number
}

export interface Trimmed extends ChainName {
  /** Of the last record that was taken away. */
  readonly offset: number
}

/**
 * Takes away operations up to an anchor, so that the chain verifies from there on. It is said and signed first: a log that
 * begins later than a signed trim says has lost its beginning. Writes are never trimmed: they are the log of record. The last
 * record of a chain stays, because a projector compares it with its checkpoint.
 */
export async function trimAudit(deps: TrimAuditDeps): Promise<readonly Trimmed[]> {
  const { target, signer, now, before } = deps
  const trims: SignedAnchor[] = []
  for (const chain of everyChain.filter(({ topic }) => topic === 'audit.operations')) {
    const own = deps.anchors.get(chainText(chain)) ?? []
    const end = await target.end(chain)
    const anchor = own.findLast(
      ({ kind, signedAt, offset }) => kind === 'anchor' && signedAt < before && offset < end - 1,
    )
    const trimmed = own.findLast(({ kind }) => kind === 'trim')
    if (anchor === undefined || anchor.offset <= (trimmed?.offset ?? -1)) continue
    const { offset, chain: value, entries } = anchor
    trims.push(signAnchor(signer, { kind: 'trim', ...chain, offset, chain: value, entries, signedAt: now }))
  }
  if (trims.length > 0) await target.publish(trims)
  for (const { topic, partition, offset } of trims) await target.remove({ topic, partition }, offset)
  return trims.map(({ topic, partition, offset }) => ({ topic, partition, offset }))
}
