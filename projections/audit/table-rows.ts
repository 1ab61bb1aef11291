import type { AuditEntry } from '../../domain/audit/audit-entry.ts'
import type { ChainName } from '../../domain/audit/audit-topics.ts'
import type { AuditEvidence } from './ports/audit-evidence.ts'
import type { AuditCheckpoint } from './ports/audit-store.ts'

/** The rows of the table beside a page of the log. */
export class TableRows {
  readonly #evidence: AuditEvidence
  readonly #chain: ChainName
  readonly #reach: number
  #rows: ReadonlyMap<number, AuditEntry> = new Map()

  constructor(evidence: AuditEvidence, chain: ChainName, checkpoint: AuditCheckpoint | null) {
    this.#evidence = evidence
    this.#chain = chain
    this.#reach = checkpoint?.offset ?? -1
  }

  /** The rows from `from` up to and including `to`. */
  async load(from: number, to: number): Promise<void> {
    const last = Math.min(to, this.#reach)
    const rows = last < from ? [] : await this.#evidence.rows(this.#chain, from, last)
    this.#rows = new Map(rows.map((row) => [row.offset, row]))
  }

  /** Whether the table says that it has a row there. */
  covers(offset: number): boolean {
    return offset <= this.#reach
  }

  has(offset: number): boolean {
    return this.#rows.has(offset)
  }

  at(offset: number): AuditEntry | undefined {
    return this.#rows.get(offset)
  }
}
