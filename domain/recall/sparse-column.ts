import type { JsonPrimitive } from '../json.ts'
import { codeTest, type LeafFilter } from './code-test.ts'
import { growableU32 } from './growable.ts'
import type { ValueDictionary } from './value-dictionary.ts'

/** An array of any number of elements but one; the rest of the cell is its code among the lists. */
const LIST = 0x8000_0000

/** The dictionaries that all columns of an index share. */
export interface ColumnValues {
  readonly scalars: ValueDictionary<JsonPrimitive>
  /** Arrays as lists of scalar codes. */
  readonly lists: ValueDictionary<readonly number[]>
}

/** A filterable field: (row, cell) of the rows that have it, so that a rare field costs next to nothing. */
export class SparseColumn {
  readonly #values: ColumnValues
  readonly #rows = growableU32(2)
  readonly #cells = growableU32(2)
  #length = 0
  #held = 0

  constructor(values: ColumnValues) {
    this.#values = values
  }

  /** Rows come in ascending order. */
  push(row: number, elements: readonly JsonPrimitive[]): void {
    const codes = elements.map((element) => this.#values.scalars.hold(element))
    const cell = codes.length === 1 ? codes[0]! : (LIST | this.#values.lists.hold(codes)) >>> 0
    this.#rows.set(this.#length, row)
    this.#cells.set(this.#length, cell)
    this.#length++
    this.#held++
  }

  /** Sets `mask` to 1 for every row that has the field and an element that passes. */
  mark(mask: Uint8Array, filter: LeafFilter): void {
    const passes = codeTest(this.#values.scalars, filter)
    const rows = this.#rows.data
    const cells = this.#cells.data
    for (let i = 0; i < this.#length; i++) {
      const cell = cells[i]!
      if (cell === 0) continue
      if (filter.op === 'exists') mask[rows[i]!] = 1
      else if (cell < LIST) mask[rows[i]!] = Number(passes(cell))
      else mask[rows[i]!] = Number(this.#values.lists.value(cell - LIST)!.some(passes))
    }
  }

  /** No row has the field any more. */
  get isEmpty(): boolean {
    return this.#held === 0
  }

  /** Removes the cell of a row, if it has one. */
  wipe(row: number): void {
    const at = this.#find(row)
    if (at < 0) return
    const cell = this.#cells.data[at]!
    this.#cells.data[at] = 0
    if (cell === 0) return
    this.#held--
    const list = cell >= LIST ? this.#values.lists.value(cell - LIST)! : [cell]
    if (cell >= LIST) this.#values.lists.release(cell - LIST)
    for (const code of list) this.#values.scalars.release(code)
  }

  get bytes(): number {
    return this.#rows.bytes + this.#cells.bytes
  }

  #find(row: number): number {
    const rows = this.#rows.data
    let [low, high] = [0, this.#length - 1]
    while (low <= high) {
      const middle = (low + high) >>> 1
      if (rows[middle] === row) return middle
      if (rows[middle]! < row) low = middle + 1
      else high = middle - 1
    }
    return -1
  }
}
