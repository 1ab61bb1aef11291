import type { SignedAnchor } from '../../domain/audit/anchor.ts'
import { sameEntry } from '../../domain/audit/audit-entry.ts'
import type { AuditFinding, FindingKind } from '../../domain/audit/audit-finding.ts'
import type { ChainName } from '../../domain/audit/audit-topics.ts'
import { type ChainBeginning, chainBeginning } from './chain-beginning.ts'
import { explainMismatch, type Mismatch } from './explain-mismatch.ts'
import type { AuditEvidence, FoundRecord } from './ports/audit-evidence.ts'
import type { ReadAuditedRecord } from './read-audited-record.ts'
import { TableRows } from './table-rows.ts'

export interface VerifyChainDeps {
  readonly evidence: AuditEvidence
  readonly read: ReadAuditedRecord
  /** Trusted anchors of the chain, in the order of their offsets. */
  readonly anchors: readonly SignedAnchor[]
  /** Begin behind the last anchor that was signed before this instant (milliseconds); `null`: at the first record. */
  readonly since: number | null
  readonly progress: (records: number) => void
}

export interface ChainReport extends ChainName {
  /** Offset of the first record that was verified. */
  readonly from: number
  /** Records that were verified. */
  readonly records: number
  /** Anchors that the chain agreed with. */
  readonly anchors: number
  /** Offset of the last anchor that it agreed with: what comes after it is attested by the table alone. */
  readonly anchoredTo: number | null
  /** The first thing that is wrong, or `null`. */
  readonly finding: AuditFinding | null
}

const PAGE = 2_000

/**
 * Recomputes one chain from the log and compares it with the table and the anchors, up to the first break. The table says
 * which record it is that differs; an anchor, which only the key's holder can make, says whether to believe the table.
 */
export async function verifyChain(deps: VerifyChainDeps, chain: ChainName): Promise<ChainReport> {
  const { evidence, anchors } = deps
  // Taken first: what is chained while this runs is beyond it, and nothing up to it may be missing.
  const checkpoint = await evidence.checkpoint(chain)
  const beginning = await chainBeginning(evidence, chain, anchors, deps.since)
  const pass = new Pass(chain, beginning, anchors)
  if (beginning.finding !== null) return pass.report(beginning.finding)
  const rows = new TableRows(evidence, chain, checkpoint)
  for (;;) {
    const page = await evidence.records(chain, pass.next, PAGE)
    if (page.length === 0) break
    await rows.load(pass.next, page.at(-1)!.offset)
    const finding = pass.take(page, rows, deps.read)
    deps.progress(page.length)
    if (finding === 'explain') return pass.report(await explainMismatch(deps, chain, pass, checkpoint))
    if (finding !== null) return pass.report(finding)
  }
  if (pass.mismatch !== null) return pass.report(await explainMismatch(deps, chain, pass, checkpoint))
  const folded = checkpoint?.offset ?? -1
  return pass.report(
    pass.missingAtEnd(folded) ?? (await rowAstray(evidence, chain, beginning.first)) ?? pass.tableBehind(folded),
  )
}

/**
 * A row that the table itself says it does not have: rows and checkpoint move in one step, and rows go before the records that a
 * trim takes away. So no moment of a table that only a fold and trims write shows one.
 */
async function rowAstray(evidence: AuditEvidence, chain: ChainName, first: number): Promise<AuditFinding | null> {
  const offset = await evidence.strayRow(chain, first)
  if (offset === null) return null
  const where = offset < first ? `before the log's first record (${first})` : 'beyond what the table says was folded'
  return { kind: 'table-rewritten', ...chain, offset, detail: `a row stands here, ${where}` }
}

/** Where a pass over a chain stands. */
class Pass {
  /** The first row of the table that differs, with the chain before it. */
  mismatch: Mismatch | null = null
  /** The first anchor that the chain does not agree with. */
  badAnchor: SignedAnchor | null = null
  lastGoodAnchor: SignedAnchor | null = null
  next: number
  readonly #chain: ChainName
  readonly #beginning: ChainBeginning
  readonly #anchors: readonly SignedAnchor[]
  /** Up to here a trim took the rows away, also where it was cut short before the records. */
  readonly #trimmedTo: number
  #value: Uint8Array
  #nextAnchor: number
  #agreed = 0

  constructor(chain: ChainName, beginning: ChainBeginning, anchors: readonly SignedAnchor[]) {
    this.#chain = chain
    this.#beginning = beginning
    this.#anchors = anchors
    this.#trimmedTo = anchors.findLast(({ kind }) => kind === 'trim')?.offset ?? -1
    this.#value = beginning.chain
    this.next = beginning.offset
    this.#nextAnchor = anchors.findIndex(({ offset }) => offset >= beginning.offset)
    if (this.#nextAnchor === -1) this.#nextAnchor = anchors.length
  }

  /** The first finding in a page; `explain`: a mismatch is to be looked at closely; `null`: go on. */
  take(page: readonly FoundRecord[], rows: TableRows, read: ReadAuditedRecord): AuditFinding | 'explain' | null {
    for (const record of page) {
      const { offset } = record
      if (offset !== this.next) {
        if (this.mismatch !== null) return 'explain'
        if (!rows.has(this.next)) return this.#finding('missing', this.next, `the next record is ${offset}`)
        this.#differs(rows, this.next, this.#value)
        return 'explain'
      }
      const before = this.#value
      this.#value = record.chainAfter(before)
      this.next = offset + 1
      if (this.mismatch === null) {
        const finding = this.#compareRow(record, before, rows, read)
        if (finding !== null) return finding
      }
      if (!this.#agreesWithAnchors(offset)) return 'explain'
      // An anchor behind the mismatch says that the log is right: so the table is not.
      if (this.mismatch !== null && (this.lastGoodAnchor?.offset ?? -1) >= this.mismatch.offset) return 'explain'
    }
    return null
  }

  /** Anchors and rows of records that are no longer there. */
  missingAtEnd(checkpoint: number): AuditFinding | null {
    const last = this.#anchors.at(-1)
    if (last !== undefined && last.offset >= this.next) {
      const at = new Date(last.signedAt).toISOString()
      return this.#finding(
        'missing',
        this.next,
        `the log ends here, and an anchor signed ${at} is of offset ${last.offset}`,
      )
    }
    if (checkpoint < this.next) return null
    return this.#finding('missing', this.next, `the log ends here, and the table goes up to offset ${checkpoint}`)
  }

  /**
   * A table that goes less far than an anchor: it is signed once the rows are in the table. So the checkpoint was put back, or
   * the table was lost and is not folded again yet.
   */
  tableBehind(checkpoint: number): AuditFinding | null {
    const last = this.#anchors.at(-1)
    if (last === undefined || last.offset <= checkpoint) return null
    const at = new Date(last.signedAt).toISOString()
    const detail = `the table ends before it, and went up to offset ${last.offset} when an anchor was signed ${at}: it was put back, or lost and not folded again yet`
    return this.#finding('table-rewritten', Math.max(checkpoint + 1, this.#beginning.first), detail)
  }

  report(finding: AuditFinding | null): ChainReport {
    return {
      ...this.#chain,
      from: this.#beginning.offset,
      records: this.next - this.#beginning.offset,
      anchors: this.#agreed,
      anchoredTo: this.lastGoodAnchor?.offset ?? null,
      finding,
    }
  }

  #compareRow(record: FoundRecord, before: Uint8Array, rows: TableRows, read: ReadAuditedRecord): AuditFinding | null {
    const { offset } = record
    if (!rows.covers(offset)) {
      return record.damage === null ? null : this.#finding('altered', offset, `it ${record.damage}`)
    }
    const row = rows.at(offset)
    if (row === undefined && offset <= this.#trimmedTo) return null
    if (row === undefined || Buffer.compare(row.chain, this.#value) !== 0) {
      this.#differs(rows, offset, before)
      return null
    }
    const audited = read(record)
    if (audited.ok && !sameEntry(row, audited.entry)) this.#differs(rows, offset, before)
    return null
  }

  #differs(rows: TableRows, offset: number, before: Uint8Array): void {
    this.mismatch = { offset, before, row: rows.at(offset) ?? null }
  }

  /** Compares the chain after `offset` with the anchors of that offset. */
  #agreesWithAnchors(offset: number): boolean {
    for (; this.#anchors[this.#nextAnchor]?.offset === offset; this.#nextAnchor++) {
      const anchor = this.#anchors[this.#nextAnchor]!
      if (Buffer.compare(anchor.chain, this.#value) !== 0) {
        this.badAnchor = anchor
        return false
      }
      this.lastGoodAnchor = anchor
      this.#agreed += 1
    }
    return true
  }

  #finding(kind: FindingKind, offset: number, detail: string): AuditFinding {
    return { kind, ...this.#chain, offset, detail }
  }
}
