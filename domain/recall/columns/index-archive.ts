import type { JsonPrimitive } from '../../json.ts'
import { type Growable, inSharedMemory, type Numbers } from './growable.ts'

/** Raised whenever columns, or what analysers put into them, mean something else: an archive of another one is of no use. */
export const INDEX_FORMAT = 3

/** Columns of an index by name, each in one piece or in blocks of one length. */
export type ArchivedColumns = ReadonlyMap<string, readonly Numbers[]>

/**
 * Takes the columns of an index out, or puts them in: one walk over the index does both, so that what is saved and what
 * is restored cannot differ. Each call names a column and returns what it is from now on: saving, what it was given.
 */
export interface IndexArchive {
  readonly restoring: boolean
  /** The same, with names of its own. */
  within(name: string): IndexArchive
  number(name: string, value: number): number
  array<T extends Numbers>(name: string, array: T): T
  /** `used`: how many of its places are. */
  column<T extends Numbers>(name: string, column: Growable<T>, used: number): void
  /** Restoring replaces what is in `blocks`; `make` gives an empty block, whose length all have. */
  blocks<T extends Numbers>(name: string, blocks: T[], make: () => T): void
  values<T extends JsonPrimitive | undefined>(name: string, values: readonly T[]): T[]
}

/** What columns need of an archive that have nothing but numbers. */
export type ColumnArchive = Pick<IndexArchive, 'number' | 'column' | 'blocks'>

abstract class NamedArchive {
  readonly #prefix: string

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  protected full(name: string): string {
    return `${this.#prefix}${name}`
  }
}

/** Gathers columns without copying them: they are those of the index as long as that does not change. */
export class SavingArchive extends NamedArchive implements IndexArchive {
  readonly restoring = false
  readonly columns: Map<string, readonly Numbers[]>

  constructor(prefix = '', columns = new Map<string, readonly Numbers[]>()) {
    super(prefix)
    this.columns = columns
  }

  within(name: string): IndexArchive {
    return new SavingArchive(`${this.full(name)}/`, this.columns)
  }

  number(name: string, value: number): number {
    this.columns.set(this.full(name), [Float64Array.of(value)])
    return value
  }

  array<T extends Numbers>(name: string, array: T): T {
    this.columns.set(this.full(name), [array])
    return array
  }

  column<T extends Numbers>(name: string, column: Growable<T>, used: number): void {
    this.columns.set(this.full(name), [column.data.subarray(0, used)])
  }

  blocks<T extends Numbers>(name: string, blocks: T[], make: () => T): void {
    this.columns.set(this.full(name), blocks.length === 0 ? [make().subarray(0, 0)] : [...blocks])
  }

  values<T extends JsonPrimitive | undefined>(name: string, values: readonly T[]): T[] {
    this.columns.set(this.full(name), [new TextEncoder().encode(JSON.stringify(values))])
    return [...values]
  }
}

/** Gives back what was saved. Throws when a column is not there or is of another type: the archive is of another index. */
export class RestoringArchive extends NamedArchive implements IndexArchive {
  readonly restoring = true
  readonly #columns: ArchivedColumns

  constructor(columns: ArchivedColumns, prefix = '') {
    super(prefix)
    this.#columns = columns
  }

  within(name: string): IndexArchive {
    return new RestoringArchive(this.#columns, `${this.full(name)}/`)
  }

  number(name: string): number {
    return this.array(name, new Float64Array())[0]!
  }

  array<T extends Numbers>(name: string, array: T): T {
    const blocks = this.#columns.get(this.full(name))
    const [only] = blocks ?? []
    if (only === undefined || only.constructor !== array.constructor) {
      throw new Error(`The archive has no column ${this.full(name)} of ${array.constructor.name}`)
    }
    return only as T
  }

  /** With room for more: otherwise the first memory that is added afterwards would have every column grow at once. */
  column<T extends Numbers>(name: string, column: Growable<T>): void {
    column.data = this.array(name, column.data)
    column.reserve(column.data.length + 1)
  }

  blocks<T extends Numbers>(name: string, blocks: T[], make: () => T): void {
    const empty = make()
    const all = inSharedMemory(this.array(name, empty))
    blocks.length = 0
    for (let at = 0; at < all.length; at += empty.length) blocks.push(all.subarray(at, at + empty.length) as T)
  }

  /** `undefined` was written as `null`, which a dictionary tells from a value by its holders. */
  values<T extends JsonPrimitive | undefined>(name: string): T[] {
    return JSON.parse(new TextDecoder().decode(this.array(name, new Uint8Array()))) as T[]
  }
}
