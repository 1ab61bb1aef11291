import type { SignedAnchor } from '../../../domain/audit/anchor.ts'
import type { AuditFinding } from '../../../domain/audit/audit-finding.ts'
import { chainText } from '../../../domain/audit/audit-topics.ts'
import type { AuditSigner } from '../../../projections/audit/anchor-schedule.ts'
import { readAnchors } from '../../../projections/audit/read-anchors.ts'
import type { AuditReplay } from '../../../projections/audit/replay-audit.ts'
import { trimAudit } from '../../../projections/audit/trim-audit.ts'
import type { OpenedAudit } from '../../audit/opened-audit.ts'
import type { VerbContext } from '../verb-context.ts'
import { duration } from '../view/progress-view.ts'
import { paint } from '../view/terminal.ts'
import type { AuditTask } from './audit-line.ts'

export interface AuditVerbContext extends Pick<VerbContext, 'out' | 'err' | 'elapsedMs'> {
  /** Replays it whole: `since` and `progress` as of `replayAudit`. */
  readonly replay: (since: number | null, progress: (records: number) => void) => Promise<AuditReplay>
}

const SHOW_EVERY_MS = 2_000
const count = (value: number): string => value.toLocaleString('en-US')

/** Recomputes the chains and names what was tampered with. Exit code 1 when something was. */
export async function replayVerb(
  { since, asJson }: Pick<Extract<AuditTask, { action: 'replay' }>, 'since' | 'asJson'>,
  context: AuditVerbContext,
): Promise<number> {
  const { out, err, elapsedMs } = context
  const startedAt = elapsedMs()
  let shownAt = startedAt
  let records = 0
  const progress = (more: number): void => {
    records += more
    if (elapsedMs() - shownAt < SHOW_EVERY_MS) return
    shownAt = elapsedMs()
    err.write(`verified ${count(records)} records\n`)
  }
  const replay = await context.replay(since, progress)
  if (asJson) out.write(`${JSON.stringify({ records, ...replay })}\n`)
  else for (const line of replayLines(replay)) out.write(`${line}\n`)
  if (replay.findings.length > 0) {
    if (!asJson) out.write(`${paint(out, 'red', 'BROKEN')}: ${count(replay.findings.length)} findings\n`)
    return 1
  }
  const anchors = replay.chains.reduce((sum, chain) => sum + chain.anchors, 0)
  const seconds = (elapsedMs() - startedAt) / 1000
  if (!asJson) {
    out.write(
      `${paint(out, 'green', 'sound')}: ${count(records)} records and ${count(anchors)} anchors in ${duration(seconds)}\n`,
    )
  }
  return 0
}

function* replayLines({ chains, findings }: AuditReplay): Generator<string> {
  for (const chain of chains.filter(({ records }) => records > 0)) {
    const anchored = chain.anchoredTo === null ? 'no anchor' : `anchored up to ${chain.anchoredTo}`
    yield `${chainText(chain).padEnd(20)} ${count(chain.records).padStart(11)} records from ${chain.from}, ${anchored}`
  }
  for (const finding of findings) yield findingLine(finding)
}

const findingLine = ({ kind, topic, partition, offset, detail }: AuditFinding): string =>
  `${kind}: ${topic}/${partition} offset ${offset}: ${detail}`

export interface TrimVerbContext extends AuditVerbContext {
  readonly audit: OpenedAudit
  readonly isSigned: (anchor: SignedAnchor) => boolean
  readonly signer: AuditSigner
  /** Milliseconds since 1970. */
  readonly now: number
  readonly confirm: (question: string) => Promise<boolean>
}

/** Takes away what was anchored before an instant, from an audit that is sound. Exit code 1 when it is not, or nobody agreed. */
export async function trimVerb(
  { before, isConfirmed }: Extract<AuditTask, { action: 'trim' }>,
  context: TrimVerbContext,
): Promise<number> {
  const { out, err, audit, isSigned, signer, now } = context
  if ((await replayVerb({ since: null, asJson: false }, context)) !== 0) {
    err.write('Nothing was trimmed: it would take away what shows the tampering.\n')
    return 1
  }
  const until = new Date(before).toISOString()
  if (!isConfirmed && !(await context.confirm(`Take away operations that were anchored before ${until}?`))) return 1
  const { anchors } = await readAnchors({ evidence: audit.evidence, codec: audit.auditCodec, isSigned })
  const trimmed = await trimAudit({ target: audit.target, anchors, signer, now, before })
  for (const { topic, partition, offset } of trimmed) {
    out.write(`${topic}/${partition}: trimmed up to offset ${offset}\n`)
  }
  if (trimmed.length === 0) out.write(`nothing was anchored before ${until} that could go\n`)
  return 0
}
