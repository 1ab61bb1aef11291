import type { Growable } from '../columns/growable.ts'
import type { DenseQuery } from './dense-query.ts'
import { type Int8Rows, product } from './int8-rows.ts'
import { LikelyRows } from './likely-rows.ts'
import type { SignCodes } from './sign-codes.ts'
import { sumCosines } from './sum-cosines.ts'
import { type DenseHit, TopRows } from './top-rows.ts'

/** Which rows may be hits, and how ties break. */
export interface DenseRows {
  /** 1 for rows that may be hits; rows beyond its end may not. */
  readonly mask: Uint8Array
  /** Of each row: of two as near, the lower offset comes first. */
  readonly offset: Float64Array
}

/** Signs of vectors, which tell what is likely to be near. */
export interface Signs {
  readonly codes: SignCodes
  /** How many of the vectors are compared exactly; `null`: all of them. */
  readonly depth: number | null
}

/** Int8 vectors of rows, all of one model, as searches read them. A vector is `values` × its scale. */
export abstract class ComparedVectors {
  readonly dimensions: number
  protected values: Int8Rows
  /** 0 for a row without a vector. */
  protected readonly scales: Growable<Float32Array>
  /** 1 / the length of `values`. */
  protected readonly inverseNorms: Growable<Float32Array>

  constructor(
    dimensions: number,
    values: Int8Rows,
    columns: { readonly scales: Growable<Float32Array>; readonly inverseNorms: Growable<Float32Array> },
  ) {
    this.dimensions = dimensions
    this.values = values
    this.scales = columns.scales
    this.inverseNorms = columns.inverseNorms
  }

  /** Rows that have a vector. */
  abstract get count(): number

  /** `null` where vectors are so few that all are compared. */
  protected abstract signs(): Signs | null

  has(row: number): boolean {
    return (this.scales.data[row] ?? 0) !== 0
  }

  /**
   * The `k` rows nearest to the query, nearest first: of all, or in a large column of those that are {@link likely}. `likely`: what
   * that one told of this query.
   */
  topK(
    query: DenseQuery,
    { mask, offset }: DenseRows,
    k: number,
    likely = this.likely(query, { mask, offset }),
  ): DenseHit[] {
    const top = new TopRows(k, offset)
    if (likely === null) {
      this.values.products(query.values, mask, this.#end(mask), (row, dot) => {
        if (this.scales.data[row] !== 0) top.offer(row, this.#cosine(row, dot, query))
      })
    } else {
      const dots = this.values.productsOf(query.values, likely)
      for (let i = 0; i < likely.length; i++) top.offer(likely[i]!, this.#cosine(likely[i]!, dots[i]!, query))
    }
    return top.best()
  }

  /** The rows that are likely to be nearest, by their signs, or `null` where all are to be compared. */
  likely(query: DenseQuery, rows: DenseRows): Uint32Array | null {
    const signs = this.signs()
    if (signs === null || signs.depth === null) return null
    const likely = new LikelyRows(signs.depth, rows.offset)
    signs.codes.scan([{ query: query.values, likely }], rows.mask, this.#end(rows.mask))
    return likely.rows()
  }

  /** The same for two queries, in one scan. */
  likelyOfTwo(query: DenseQuery, other: DenseQuery, rows: DenseRows): readonly [Uint32Array, Uint32Array] | null {
    const signs = this.signs()
    if (signs === null || signs.depth === null) return null
    const [likely, otherLikely] = [new LikelyRows(signs.depth, rows.offset), new LikelyRows(signs.depth, rows.offset)]
    const searches = [
      { query: query.values, likely },
      { query: other.values, likely: otherLikely },
    ] as const
    signs.codes.scan(searches, rows.mask, this.#end(rows.mask))
    return [likely.rows(), otherLikely.rows()]
  }

  /** 0 for a row without a vector. */
  cosine(row: number, query: DenseQuery): number {
    if (!this.has(row)) return 0
    return this.#cosine(row, product(this.values.get(row), query.values), query)
  }

  /** The same of the rows listed, in their order, by SIMD where the column is large; each has to have a vector. */
  cosines(rows: Uint32Array, query: DenseQuery): Float64Array {
    const cosines = this.values.productsOf(query.values, rows)
    for (let i = 0; i < rows.length; i++) cosines[i] = this.#cosine(rows[i]!, cosines[i]!, query)
    return cosines
  }

  /**
   * Cosines of the query with weighted sums of rows' vectors, as many rows for each as there are weights; those without a
   * vector add nothing.
   */
  cosinesOfSums(rows: Uint32Array, weights: readonly number[], query: DenseQuery): Float64Array {
    if (this.count === 0) return new Float64Array(rows.length / weights.length)
    // Row 0 is nobody's, and zeros.
    const held = rows.map((row) => (this.has(row) ? row : 0))
    return sumCosines(held, weights, { values: this.values, scales: this.scales.data }, query)
  }

  #cosine(row: number, dot: number, query: DenseQuery): number {
    return dot * this.inverseNorms.data[row]! * query.inverseNorm
  }

  #end(mask: Uint8Array): number {
    return Math.min(mask.length, this.scales.data.length, this.values.length)
  }
}
