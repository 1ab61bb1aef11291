import type { JsonPrimitive } from '../../json.ts'
import { codeTest, type LeafFilter } from './code-test.ts'
import { growableU32 } from './growable.ts'
import type { IndexArchive } from './index-archive.ts'
import type { ValueDictionary } from './value-dictionary.ts'

/** An array of any number of elements but one; the rest of the cell is its code among the lists. */
const LIST = 0x8000_0000

/** The dictionaries that all columns of an index share. */
export interface ColumnValues {
  readonly scalars: ValueDictionary<JsonPrimitive>
  /** Arrays as their scalars' codes, separated by commas. */
  readonly lists: ValueDictionary<string>
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
    const cell = elements.length === 1 ? this.#values.scalars.hold(elements[0]!) : this.#list(elements)
    this.#rows.set(this.#length, row)
    this.#cells.set(this.#length, cell)
    this.#length++
    this.#held++
  }

  /** Sets `mask` to 1 for every row that has the field and an element that passes. */
  mark(mask: Uint8Array, filter: LeafFilter): void {
    const passes = codeTest(this.#values.scalars, filter)
    const anyPasses = remember((cell: number) => this.#codes(cell).some(passes))
    const rows = this.#rows.data
    const cells = this.#cells.data
    for (let i = 0; i < this.#length; i++) {
      const cell = cells[i]!
      if (cell === 0) continue
      if (filter.op === 'exists') mask[rows[i]!] = 1
      else mask[rows[i]!] = Number(cell < LIST ? passes(cell) : anyPasses(cell))
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
    for (const code of this.#codes(cell)) this.#values.scalars.release(code)
    if (cell >= LIST) this.#values.lists.release(cell - LIST)
  }

  archive(archive: IndexArchive): void {
    this.#length = archive.number('length', this.#length)
    this.#held = archive.number('held', this.#held)
    archive.column('rows', this.#rows, this.#length)
    archive.column('cells', this.#cells, this.#length)
  }

  get bytes(): number {
    return this.#rows.bytes + this.#cells.bytes
  }

  #list(elements: readonly JsonPrimitive[]): number {
    const codes = elements.map((element) => this.#values.scalars.hold(element))
    return (LIST | this.#values.lists.hold(codes.join())) >>> 0
  }

  /** Codes of a cell's elements. */
  #codes(cell: number): number[] {
    if (cell < LIST) return [cell]
    const list = this.#values.lists.value(cell - LIST)!
    return list === '' ? [] : list.split(',').map(Number)
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

/** Lists repeat from row to row; each is taken apart once a query. */
function remember(test: (cell: number) => boolean): (cell: number) => boolean {
  const known = new Map<number, boolean>()
  return (cell) => {
    const before = known.get(cell)
    if (before !== undefined) return before
    const verdict = test(cell)
    known.set(cell, verdict)
    return verdict
  }
}
