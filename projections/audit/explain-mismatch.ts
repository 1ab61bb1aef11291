import type { SignedAnchor } from '../../domain/audit/anchor.ts'
import type { AuditEntry } from '../../domain/audit/audit-entry.ts'
import type { AuditFinding, FindingKind } from '../../domain/audit/audit-finding.ts'
import type { ChainName } from '../../domain/audit/audit-topics.ts'
import { diagnose } from '../../domain/audit/diagnose.ts'
import type { AuditEvidence, FoundRecord } from './ports/audit-evidence.ts'
import type { AuditCheckpoint } from './ports/audit-store.ts'

/** The first row of the table that the log does not lead to. */
export interface Mismatch {
  readonly offset: number
  /** The chain before it, on which both agree. */
  readonly before: Uint8Array
  /** `null`: the table has no row there. */
  readonly row: AuditEntry | null
}

/** How a pass ended. */
export interface EndedPass {
  readonly mismatch: Mismatch | null
  readonly badAnchor: SignedAnchor | null
  readonly lastGoodAnchor: SignedAnchor | null
}

/** How far around a break a record that moved is looked for. */
const WINDOW = 500

/** Says what was done, and to which record: to the log, or to the table. */
export async function explainMismatch(
  { evidence }: { readonly evidence: AuditEvidence },
  chain: ChainName,
  { mismatch, badAnchor, lastGoodAnchor }: EndedPass,
  checkpoint: AuditCheckpoint | null,
): Promise<AuditFinding | null> {
  const finding = (kind: FindingKind, offset: number, detail: string): AuditFinding => ({
    kind,
    ...chain,
    offset,
    detail,
  })
  if (mismatch === null) {
    if (badAnchor === null) return null
    const detail = `a record up to offset ${badAnchor.offset} is not what was signed ${signedAt(badAnchor)}; the table was rewritten with it, or has no rows there`
    return finding('altered', (lastGoodAnchor?.offset ?? -1) + 1, detail)
  }
  const { offset } = mismatch
  if (lastGoodAnchor !== null && lastGoodAnchor.offset >= offset) {
    return finding(
      'table-rewritten',
      offset,
      `the log agrees with the anchor that was signed ${signedAt(lastGoodAnchor)}`,
    )
  }
  const records = await evidence.records(chain, offset, WINDOW)
  const rows = await evidence.rows(chain, offset, Math.min(offset + WINDOW, checkpoint?.offset ?? -1))
  if (badAnchor === null && onlyTheRowDiffers(mismatch, records, rows, checkpoint)) {
    return finding('table-rewritten', offset, 'what the table says of the records behind it follows from the log')
  }
  const { kind, other } = diagnose({
    offset,
    before: mismatch.before,
    records,
    chains: new Map(rows.map((row) => [row.offset, row.chain])),
  })
  return finding(
    kind,
    offset,
    sentence(
      kind,
      other,
      records.find((record) => record.offset === offset),
    ),
  )
}

const signedAt = (anchor: SignedAnchor): string => new Date(anchor.signedAt).toISOString()

/** Without an anchor behind it: whether the chain goes on from what the log says here. */
function onlyTheRowDiffers(
  { offset, before }: Mismatch,
  records: readonly FoundRecord[],
  rows: readonly AuditEntry[],
  checkpoint: AuditCheckpoint | null,
): boolean {
  const [current, next] = records
  if (current?.offset !== offset) return false
  const value = current.chainAfter(before)
  if (checkpoint?.offset === offset) return Buffer.compare(checkpoint.chain, value) === 0
  const nextRow = rows.find((row) => row.offset === offset + 1)
  if (next?.offset !== offset + 1 || nextRow === undefined) return false
  return Buffer.compare(next.chainAfter(value), nextRow.chain) === 0
}

function sentence(kind: FindingKind, other: number | null, current: FoundRecord | undefined): string {
  switch (kind) {
    case 'reordered':
      return `the record that stood here stands at offset ${other}`
    case 'inserted':
      return `this record was not there; the one that stood here stands at offset ${other}`
    case 'missing':
      return other === null
        ? 'nothing stands here'
        : `it was taken out; the record that stands here stood at offset ${other}`
    default:
      return current?.damage == null ? 'its bytes are not those that were chained' : `it ${current.damage}`
  }
}
