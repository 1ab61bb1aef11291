import type { BorrowedColumns } from '../columns/column-lending.ts'
import { growableF32 } from '../columns/growable.ts'
import { ComparedVectors, type Signs } from './compared-vectors.ts'
import { SignCodes } from './sign-codes.ts'
import { SimdRows } from './simd-rows.ts'

/** The vectors of an index that another thread holds. */
export class LentVectors extends ComparedVectors {
  readonly #columns: BorrowedColumns
  readonly #place: number
  #signs: Signs | null = null

  /** `place`: of this thread in the memories that it scans. */
  constructor(dimensions: number, columns: BorrowedColumns, place: number) {
    const values = new SimdRows(dimensions, { memory: columns.memory('values')!, place })
    super(dimensions, values, { scales: growableF32(), inverseNorms: growableF32() })
    this.#columns = columns
    this.#place = place
  }

  get count(): number {
    return this.#columns.number('count')
  }

  /** To be called when the columns have changed. */
  update(): void {
    this.#columns.column('scales', this.scales)
    this.#columns.column('inverseNorms', this.inverseNorms)
    const memory = this.#columns.memory('signs')
    if (memory === undefined) {
      this.#signs = null
      return
    }
    const depth = this.#columns.number('depth')
    const codes = this.#signs?.codes ?? new SignCodes(this.dimensions, { memory, place: this.#place })
    this.#signs = { codes, depth: depth === 0 ? null : depth }
  }

  protected signs(): Signs | null {
    return this.#signs
  }
}
