import type { AuditEntry } from '../../domain/audit/audit-entry.ts'
import type { ChainName } from '../../domain/audit/audit-topics.ts'
import type { AuditEvidence } from './ports/audit-evidence.ts'
import type { AuditCheckpoint } from './ports/audit-store.ts'

/** The rows of the table beside a page of the log. */
export class TableRows {
  readonly #evidence: AuditEvidence
  readonly #chain: ChainName
  readonly #reach: number
  #rows: readonly AuditEntry[] = []

  constructor(evidence: AuditEvidence, chain: ChainName, checkpoint: AuditCheckpoint | null) {
    this.#evidence = evidence
    this.#chain = chain
    this.#reach = checkpoint?.offset ?? -1
  }

  /** The rows from `from` up to and including `to`. */
  async load(from: number, to: number): Promise<void> {
    const last = Math.min(to, this.#reach)
    this.#rows = last < from ? [] : await this.#evidence.rows(this.#chain, from, last)
  }

  /** Whether the table says that it has a row there. */
  covers(offset: number): boolean {
    return offset <= this.#reach
  }

  has(offset: number): boolean {
    return this.at(offset) !== undefined
  }

  at(offset: number): AuditEntry | undefined {
    // Offsets have no gaps in a table that nobody touched, so a row's place follows from the first one's.
    const row = this.#rows[offset - (this.#rows[0]?.offset ?? 0)]
    return row?.offset === offset ? row : this.#rows.find((other) => other.offset === offset)
  }
}
