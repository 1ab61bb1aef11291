import type { LendingWalk } from '../columns/column-lending.ts'
import { growableF32 } from '../columns/growable.ts'
import type { IndexArchive } from '../columns/index-archive.ts'
import { ComparedVectors, type Signs } from './compared-vectors.ts'
import { PlainRows } from './plain-rows.ts'
import { Prefilter } from './prefilter.ts'
import { SimdRows } from './simd-rows.ts'

/** Rows from which on SIMD is worth a WebAssembly memory. */
export const SIMD_FROM_ROWS = 2_048
/** Vectors from which on signs are looked at first: fewer are read in a few milliseconds. */
export const SIGNS_FROM_VECTORS = 50_000

/** The vectors of an index: set, wiped, archived, and lent to threads that rank. */
export class VectorColumn extends ComparedVectors {
  #prefilter: Prefilter | null = null
  #count = 0

  constructor(dimensions: number) {
    super(dimensions, new PlainRows(dimensions), { scales: growableF32(), inverseNorms: growableF32() })
  }

  get count(): number {
    return this.#count
  }

  /** Sets or replaces a row's vector. Throws when it is of another dimension, or its scale is not above 0. */
  set(row: number, values: Int8Array, scale: number): void {
    if (values.length !== this.dimensions) {
      throw new Error(`A vector of ${values.length} dimensions among vectors of ${this.dimensions}`)
    }
    if (!(scale > 0)) throw new Error(`The scale of a vector is ${scale}, and not above 0`)
    if (!this.has(row)) this.#count++
    else this.#prefilter?.remove(row, this.values.get(row))
    if (row >= SIMD_FROM_ROWS && this.values instanceof PlainRows) this.#useSimd()
    this.values.set(row, values)
    this.scales.set(row, scale)
    this.inverseNorms.set(row, inverseNorm(values))
    if (this.#prefilter !== null) this.#prefilter.add(row, values)
    else if (this.#count >= SIGNS_FROM_VECTORS) this.#takeSigns()
  }

  /** Overwrites a row's vector: it has none any more. */
  wipe(row: number): void {
    if (!this.has(row)) return
    this.#count--
    this.#prefilter?.remove(row, this.values.get(row))
    this.values.get(row).fill(0)
    this.scales.data[row] = 0
    this.inverseNorms.data[row] = 0
  }

  /** To be restored into an empty column of as many dimensions. */
  archive(archive: IndexArchive): void {
    this.#count = archive.number('count', this.#count)
    const rows = archive.number('rows', this.scales.data.length)
    archive.column('scales', this.scales, rows)
    archive.column('inverseNorms', this.inverseNorms, rows)
    const stride = archive.number('stride', this.values.stride)
    const all = archive.array('values', this.values.all(rows))
    if (archive.restoring) this.#restore(all, stride)
  }

  /** Rows that are lent lie in a memory that threads can share, however few they are. */
  lend(walk: LendingWalk): void {
    const values = this.values instanceof SimdRows ? this.values : this.#useSimd()
    const signs = this.signs()
    walk.number('count', this.#count)
    walk.column('scales', this.scales)
    walk.column('inverseNorms', this.inverseNorms)
    walk.memory('values', values.memory)
    walk.number('depth', signs?.depth ?? 0)
    if (signs !== null) walk.memory('signs', signs.codes.memory)
  }

  protected signs(): Signs | null {
    if (this.#prefilter === null || this.#count < SIGNS_FROM_VECTORS) return null
    return { codes: this.#prefilter.codes, depth: this.#prefilter.depth(this.#count) }
  }

  get bytes(): number {
    return this.values.bytes + this.scales.bytes + this.inverseNorms.bytes + (this.#prefilter?.bytes ?? 0)
  }

  #restore(all: Int8Array, stride: number): void {
    const rows = Math.floor(all.length / stride)
    if (rows > SIMD_FROM_ROWS) this.values = new SimdRows(this.dimensions)
    for (let row = 0; row < rows; row++) {
      if (this.has(row)) this.values.set(row, all.subarray(row * stride, row * stride + this.dimensions))
    }
    if (this.#count >= SIGNS_FROM_VECTORS) this.#takeSigns()
  }

  /** Not in archives: they are made out of the vectors in less time than they are read from a file. */
  #takeSigns(): void {
    const prefilter = new Prefilter(this.dimensions)
    for (let row = 0; row < this.values.length; row++) if (this.has(row)) prefilter.add(row, this.values.get(row))
    this.#prefilter = prefilter
  }

  #useSimd(): SimdRows {
    const [plain, simd] = [this.values, new SimdRows(this.dimensions)]
    for (let row = 0; row < plain.length; row++) if (this.has(row)) simd.set(row, plain.get(row))
    this.values = simd
    return simd
  }
}

function inverseNorm(values: Int8Array): number {
  let squares = 0
  for (const value of values) squares += value * value
  return squares === 0 ? 0 : 1 / Math.sqrt(squares)
}
