import type { ComparedVectors, DenseRows } from './compared-vectors.ts'
import type { DenseQuery } from './dense-query.ts'

/** Rows, and how often anything about them has changed. */
export interface RowsAt extends DenseRows {
  readonly changes: number
}

interface Ahead {
  readonly query: DenseQuery
  readonly likely: Uint32Array
  readonly mask: Uint8Array
  readonly changes: number
}

/** Likely rows of a query, and in the same scan those of the one that comes next, which are kept until then. */
export class LikelyAhead {
  #ahead: Ahead | null = null

  /** As {@link ComparedVectors.likely}. `next`: asked of the same rows after this one; `null`: nobody knows. */
  likely(vectors: ComparedVectors, query: DenseQuery, rows: RowsAt, next: DenseQuery | null): Uint32Array | null {
    const ahead = this.#ahead
    if (ahead?.query === query) {
      this.#ahead = null
      if (ahead.changes === rows.changes && ahead.mask === rows.mask) return ahead.likely
    }
    const both = next === null ? null : vectors.likelyOfTwo(query, next, rows)
    if (next === null || both === null) return vectors.likely(query, rows)
    this.#ahead = { query: next, likely: both[1], mask: rows.mask, changes: rows.changes }
    return both[0]
  }

  /** Whether the query's likely rows are kept, and it is cheaper asked here than elsewhere. */
  has(query: DenseQuery): boolean {
    return this.#ahead?.query === query
  }
}
