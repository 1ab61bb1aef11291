import { growableF32 } from '../growable.ts'
import type { IndexArchive } from '../index-archive.ts'
import type { DenseQuery } from './dense-query.ts'
import { type Int8Rows, product } from './int8-rows.ts'
import { PlainRows } from './plain-rows.ts'
import { Prefilter } from './prefilter.ts'
import { SimdRows } from './simd-rows.ts'
import { sumCosines } from './sum-cosines.ts'
import { type DenseHit, TopRows } from './top-rows.ts'

/** Which rows may be hits, and how ties break. */
export interface DenseRows {
  /** 1 for rows that may be hits; rows beyond its end may not. */
  readonly mask: Uint8Array
  /** Of each row: of two as near, the lower offset comes first. */
  readonly offset: Float64Array
}

/** Rows from which on SIMD is worth a WebAssembly memory. */
export const SIMD_FROM_ROWS = 2_048
/** Vectors from which on signs are looked at first: fewer are read in a few milliseconds. */
export const SIGNS_FROM_VECTORS = 50_000

/** The int8 vectors of rows, all of one model. A vector is `values` × `scale`. */
export class VectorColumn {
  readonly dimensions: number
  #values: Int8Rows
  #prefilter: Prefilter | null = null
  /** 0 for a row without a vector. */
  readonly #scales = growableF32()
  /** 1 / the length of `values`. */
  readonly #inverseNorms = growableF32()
  #count = 0

  constructor(dimensions: number) {
    this.dimensions = dimensions
    this.#values = new PlainRows(dimensions)
  }

  /** Rows that have a vector. */
  get count(): number {
    return this.#count
  }

  has(row: number): boolean {
    return (this.#scales.data[row] ?? 0) !== 0
  }

  /** Sets or replaces a row's vector. Throws when it is of another dimension, or its scale is not above 0. */
  set(row: number, values: Int8Array, scale: number): void {
    if (values.length !== this.dimensions) {
      throw new Error(`A vector of ${values.length} dimensions among vectors of ${this.dimensions}`)
    }
    if (!(scale > 0)) throw new Error(`The scale of a vector is ${scale}, and not above 0`)
    if (!this.has(row)) this.#count++
    else this.#prefilter?.remove(row, this.#values.get(row))
    if (row >= SIMD_FROM_ROWS && this.#values instanceof PlainRows) this.#useSimd()
    this.#values.set(row, values)
    this.#scales.set(row, scale)
    this.#inverseNorms.set(row, inverseNorm(values))
    if (this.#prefilter !== null) this.#prefilter.add(row, values)
    else if (this.#count >= SIGNS_FROM_VECTORS) this.#takeSigns()
  }

  /** Overwrites a row's vector: it has none any more. */
  wipe(row: number): void {
    if (!this.has(row)) return
    this.#count--
    this.#prefilter?.remove(row, this.#values.get(row))
    this.#values.get(row).fill(0)
    this.#scales.data[row] = 0
    this.#inverseNorms.data[row] = 0
  }

  /** The `k` rows nearest to the query, nearest first: of all, or in a large column of those that are {@link likely}. */
  topK(query: DenseQuery, { mask, offset }: DenseRows, k: number): DenseHit[] {
    const top = new TopRows(k, offset)
    const take = (row: number, dot: number): void => {
      if (this.#scales.data[row] !== 0) top.offer(row, this.#cosine(row, dot, query))
    }
    const likely = this.likely(query, { mask, offset })
    if (likely === null) this.#values.products(query.values, mask, this.#end(mask), take)
    else this.#values.productsOf(query.values, likely, take)
    return top.best()
  }

  /** The rows that are likely to be nearest, by their signs, or `null` where all are to be compared. */
  likely(query: DenseQuery, rows: DenseRows): Uint32Array | null {
    if (this.#prefilter === null || this.#count < SIGNS_FROM_VECTORS) return null
    const depth = this.#prefilter.depth(this.#count)
    return depth === null ? null : this.#prefilter.likely(query.values, rows, this.#end(rows.mask), depth)
  }

  /** 0 for a row without a vector. */
  cosine(row: number, query: DenseQuery): number {
    if (!this.has(row)) return 0
    return this.#cosine(row, product(this.#values.get(row), query.values), query)
  }

  /** The same of the rows listed, in their order, by SIMD where the column is large; each has to have a vector. */
  cosines(rows: Uint32Array, query: DenseQuery, take: (row: number, cosine: number) => void): void {
    this.#values.productsOf(query.values, rows, (row, dot) => take(row, this.#cosine(row, dot, query)))
  }

  /**
   * Cosines of the query with weighted sums of rows' vectors, as many rows for each as there are weights; those without a
   * vector add nothing.
   */
  cosinesOfSums(rows: Uint32Array, weights: readonly number[], query: DenseQuery): Float64Array {
    if (this.#count === 0) return new Float64Array(rows.length / weights.length)
    // Row 0 is nobody's, and zeros.
    const held = rows.map((row) => (this.has(row) ? row : 0))
    return sumCosines(held, weights, { values: this.#values, scales: this.#scales.data }, query)
  }

  /** To be restored into an empty column of as many dimensions. */
  archive(archive: IndexArchive): void {
    this.#count = archive.number('count', this.#count)
    const rows = archive.number('rows', this.#scales.data.length)
    archive.column('scales', this.#scales, rows)
    archive.column('inverseNorms', this.#inverseNorms, rows)
    const stride = archive.number('stride', this.#values.stride)
    const all = archive.array('values', this.#values.all(rows))
    if (archive.restoring) this.#restore(all, stride)
  }

  get bytes(): number {
    return this.#values.bytes + this.#scales.bytes + this.#inverseNorms.bytes + (this.#prefilter?.bytes ?? 0)
  }

  #cosine(row: number, dot: number, query: DenseQuery): number {
    return dot * this.#inverseNorms.data[row]! * query.inverseNorm
  }

  #restore(all: Int8Array, stride: number): void {
    const rows = Math.floor(all.length / stride)
    if (rows > SIMD_FROM_ROWS) this.#values = new SimdRows(this.dimensions)
    for (let row = 0; row < rows; row++) {
      if (this.has(row)) this.#values.set(row, all.subarray(row * stride, row * stride + this.dimensions))
    }
    if (this.#count >= SIGNS_FROM_VECTORS) this.#takeSigns()
  }

  /** Not in archives: they are made out of the vectors in less time than they are read from a file. */
  #takeSigns(): void {
    const prefilter = new Prefilter(this.dimensions)
    for (let row = 0; row < this.#values.length; row++) if (this.has(row)) prefilter.add(row, this.#values.get(row))
    this.#prefilter = prefilter
  }

  #end(mask: Uint8Array): number {
    return Math.min(mask.length, this.#scales.data.length, this.#values.length)
  }

  #useSimd(): void {
    const plain = this.#values
    this.#values = new SimdRows(this.dimensions)
    for (let row = 0; row < plain.length; row++) if (this.has(row)) this.#values.set(row, plain.get(row))
  }
}

function inverseNorm(values: Int8Array): number {
  let squares = 0
  for (const value of values) squares += value * value
  return squares === 0 ? 0 : 1 / Math.sqrt(squares)
}
