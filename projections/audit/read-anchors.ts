import type { SignedAnchor } from '../../domain/audit/anchor.ts'
import type { AuditFinding, FindingKind } from '../../domain/audit/audit-finding.ts'
import { chainText, EVENTS_PARTITIONS } from '../../domain/audit/audit-topics.ts'
import type { AuditCodec } from '../../schemas/audit-codec.ts'
import type { AuditEvidence, FoundRecord } from './ports/audit-evidence.ts'

export interface ReadAnchors {
  /** Those that can be relied on, by chain (`chainText`), in the order of their offsets. */
  readonly anchors: ReadonlyMap<string, readonly SignedAnchor[]>
  readonly findings: readonly AuditFinding[]
}

export interface ReadAnchorsDeps {
  readonly evidence: AuditEvidence
  readonly codec: AuditCodec
  /** Whether a trusted key signed exactly this. */
  readonly isSigned: (anchor: SignedAnchor) => boolean
}

const PAGE = 1_000

/** All anchors of `audit.events`, and what is wrong with those that cannot be relied on. */
export async function readAnchors(deps: ReadAnchorsDeps): Promise<ReadAnchors> {
  const anchors = new Map<string, SignedAnchor[]>()
  const findings: AuditFinding[] = []
  for (let partition = 0; partition < EVENTS_PARTITIONS; partition++) {
    for await (const judged of judgedAnchors(deps, partition)) {
      if ('kind' in judged) findings.push(judged)
      else {
        const name = chainText(judged.anchor)
        const known = anchors.get(name)
        if (known === undefined) anchors.set(name, [judged.anchor])
        else known.push(judged.anchor)
      }
    }
  }
  for (const ofChain of anchors.values()) ofChain.sort((a, b) => a.offset - b.offset)
  return { anchors, findings }
}

async function* judgedAnchors(
  deps: ReadAnchorsDeps,
  partition: number,
): AsyncGenerator<{ readonly anchor: SignedAnchor } | AuditFinding> {
  for (let next = 0; ; ) {
    const page = await deps.evidence.events(partition, next, PAGE)
    for (const record of page) {
      const { offset } = record
      if (offset > next) {
        const detail = `nothing stands between offset ${next} and ${offset}`
        yield { kind: 'missing', topic: 'audit.events', partition, offset: next, detail }
      }
      yield judge(deps, record)
      next = offset + 1
    }
    if (page.length === 0) return
  }
}

function judge(
  { codec, isSigned }: ReadAnchorsDeps,
  record: FoundRecord,
): { readonly anchor: SignedAnchor } | AuditFinding {
  const { partition, offset } = record
  const finding = (kind: FindingKind, detail: string): AuditFinding => ({
    kind,
    topic: 'audit.events',
    partition,
    offset,
    detail,
  })
  const read = codec.decodeAnchor(record.value)
  if (!read.ok) return finding('altered', read.reason === 'undecodable' ? read.detail : `unknown schema ${read.number}`)
  const anchor = read.value
  if (isSigned(anchor)) return { anchor }
  const what = `${anchor.kind} of ${chainText(anchor)} at offset ${anchor.offset}`
  return finding('forged-anchor', `the ${what} is not signed by a key that is trusted (it names key ${anchor.keyId})`)
}
