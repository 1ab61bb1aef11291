import type { Growable, Numbers } from './growable.ts'

/** Walks over the columns that an index lends; the walk of who lends names what the walk of who borrows asks for. */
export interface LendingWalk {
  /** The same, with names of its own. */
  within(name: string): LendingWalk
  number(name: string, value: number): number
  column<T extends Numbers>(name: string, column: Growable<T>): void
  /** Blocks are only ever added. */
  blocks<T extends Numbers>(name: string, blocks: T[]): void
  memory(name: string, memory: WebAssembly.Memory): void
}

/**
 * What is new of lent columns since the last time, by name. It survives the structured clone of a message, and as columns lie in
 * shared memory, nothing of them is copied.
 */
export interface LentColumns {
  readonly numbers: ReadonlyMap<string, number>
  /** Those that moved, as columns do when they grow. */
  readonly columns: ReadonlyMap<string, Numbers>
  /** Those that were added. */
  readonly blocks: ReadonlyMap<string, readonly Numbers[]>
  readonly memories: ReadonlyMap<string, WebAssembly.Memory>
}

/** Remembers what one borrower has been lent. */
export class Lender {
  readonly #columns = new Map<string, Numbers>()
  readonly #blocks = new Map<string, number>()
  readonly #memories = new Set<string>()

  /** What is new, by the walk that `lend` makes. */
  lent(lend: (walk: LendingWalk) => void): LentColumns {
    const lent = {
      numbers: new Map<string, number>(),
      columns: new Map<string, Numbers>(),
      blocks: new Map<string, readonly Numbers[]>(),
      memories: new Map<string, WebAssembly.Memory>(),
    }
    lend(this.#walk('', lent))
    return lent
  }

  #walk(prefix: string, lent: { readonly [Part in keyof LentColumns]: Map<string, unknown> }): LendingWalk {
    return {
      within: (name) => this.#walk(`${prefix}${name}/`, lent),
      number: (name, value) => {
        lent.numbers.set(prefix + name, value)
        return value
      },
      column: (name, { data }) => {
        if (this.#columns.get(prefix + name) === data) return
        this.#columns.set(prefix + name, data)
        lent.columns.set(prefix + name, shared(prefix + name, data))
      },
      blocks: (name, blocks) => {
        const held = this.#blocks.get(prefix + name) ?? 0
        if (held === blocks.length) return
        this.#blocks.set(prefix + name, blocks.length)
        lent.blocks.set(
          prefix + name,
          blocks.slice(held).map((block) => shared(prefix + name, block)),
        )
      },
      memory: (name, memory) => {
        if (this.#memories.has(prefix + name)) return
        this.#memories.add(prefix + name)
        lent.memories.set(prefix + name, memory)
      },
    }
  }
}

/** A message would copy other memory, and who borrowed it would never see a change. */
function shared<T extends Numbers>(name: string, data: T): T {
  if (!(data.buffer instanceof SharedArrayBuffer)) throw new Error(`Column ${name} is not in shared memory`)
  return data
}

/** What was borrowed, all in all. */
export class BorrowedColumns implements LendingWalk {
  readonly #prefix: string
  #lent: LentColumns = { numbers: new Map(), columns: new Map(), blocks: new Map(), memories: new Map() }
  readonly #memories: Map<string, WebAssembly.Memory>
  readonly #root: BorrowedColumns

  constructor(root?: BorrowedColumns, prefix = '') {
    this.#root = root ?? this
    this.#prefix = prefix
    this.#memories = root === undefined ? new Map() : root.#memories
  }

  /** What comes next is asked of `lent`; every walk has to follow every time that something was lent. */
  take(lent: LentColumns): void {
    this.#lent = lent
    for (const [name, memory] of lent.memories) this.#memories.set(name, memory)
  }

  within(name: string): BorrowedColumns {
    return new BorrowedColumns(this.#root, `${this.#prefix}${name}/`)
  }

  /** Throws when nothing of that name was lent. */
  number(name: string): number {
    const value = this.#root.#lent.numbers.get(this.#prefix + name)
    if (value === undefined) throw new Error(`No number ${this.#prefix}${name} was lent`)
    return value
  }

  column<T extends Numbers>(name: string, column: Growable<T>): void {
    const data = this.#root.#lent.columns.get(this.#prefix + name)
    if (data !== undefined) column.data = data as T
  }

  blocks<T extends Numbers>(name: string, blocks: T[]): void {
    for (const block of this.#root.#lent.blocks.get(this.#prefix + name) ?? []) blocks.push(block as T)
  }

  memory(name: string): WebAssembly.Memory | undefined {
    return this.#memories.get(this.#prefix + name)
  }
}
