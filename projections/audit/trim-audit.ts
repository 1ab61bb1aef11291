import type { SignedAnchor } from '../../domain/audit/anchor.ts'
import { type ChainName, chainText, operationChains } from '../../domain/audit/audit-topics.ts'
import { type AuditSigner, signAnchor } from './anchor-schedule.ts'

/** Where a trim takes records away. */
export interface TrimTarget {
  /** The offset that the next record of the chain gets. */
  end(chain: ChainName): Promise<number>
  /** Appends to `audit.events`, durably. */
  publish(anchors: readonly SignedAnchor[]): Promise<void>
  /** Takes away rows and then records at and before the offset. Doing it again changes nothing. */
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
  /** How many went. */
  readonly records: number
}

/** An anchor up to which records may go. */
export interface DueTrim {
  readonly anchor: SignedAnchor
  readonly records: number
}

/**
 * Of each chain of operations the last anchor before the instant, where anything stands before it. Writes are never
 * trimmed: they are the log of record. The last record of a chain stays, because a projector compares it with its checkpoint.
 */
export async function dueTrims({
  target,
  anchors,
  before,
}: Pick<TrimAuditDeps, 'target' | 'anchors' | 'before'>): Promise<readonly DueTrim[]> {
  const due: DueTrim[] = []
  for (const chain of operationChains) {
    const own = anchors.get(chainText(chain)) ?? []
    const end = await target.end(chain)
    const anchor = own.findLast(
      ({ kind, signedAt, offset }) => kind === 'anchor' && signedAt < before && offset < end - 1,
    )
    const trimmed = own.findLast(({ kind }) => kind === 'trim')
    if (anchor === undefined || anchor.offset <= (trimmed?.offset ?? -1)) continue
    due.push({ anchor, records: anchor.entries - (trimmed?.entries ?? 0) })
  }
  return due
}

/**
 * Takes away operations up to an anchor, so that the chain verifies from there on. It is said and signed first: a log that
 * begins later than a signed trim says has lost its beginning.
 */
export async function trimAudit(deps: TrimAuditDeps): Promise<readonly Trimmed[]> {
  const { target, signer, now } = deps
  const due = await dueTrims(deps)
  const trims = due.map(({ anchor: { topic, partition, offset, chain, entries } }) =>
    signAnchor(signer, { kind: 'trim', topic, partition, offset, chain, entries, signedAt: now }),
  )
  if (trims.length > 0) await target.publish(trims)
  for (const { topic, partition, offset } of trims) await target.remove({ topic, partition }, offset)
  return due.map(({ anchor: { topic, partition, offset }, records }) => ({ topic, partition, offset, records }))
}
