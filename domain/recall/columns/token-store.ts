import { growableU32, sharedU32 } from './growable.ts'
import type { ColumnArchive } from './index-archive.ts'

const BLOCK = 1 << 16
const NONE = new Uint32Array()

/** The tokens of each row in their order, in blocks that never move. A row's tokens lie within one block. */
export class TokenStore {
  readonly #blocks: Uint32Array[] = []
  #free = BLOCK
  readonly #starts = growableU32()
  readonly #counts = growableU32()

  /** Rows are set once. A row has at most 2^16 tokens; a text of 50,000 characters has fewer. */
  set(row: number, tokens: ArrayLike<number>, count: number): void {
    if (count > BLOCK) throw new Error(`A row of ${count} tokens does not fit a block`)
    if (this.#free + count > BLOCK) {
      this.#blocks.push(sharedU32(BLOCK))
      this.#free = 0
    }
    const block = this.#blocks.at(-1)!
    for (let i = 0; i < count; i++) block[this.#free + i] = tokens[i]!
    this.#starts.set(row, (this.#blocks.length - 1) * BLOCK + this.#free)
    this.#counts.set(row, count)
    this.#free += count
  }

  count(row: number): number {
    return this.#counts.data[row] ?? 0
  }

  /** A row's tokens. */
  of(row: number): Uint32Array {
    if (this.count(row) === 0) return NONE
    const from = this.offset(row)
    return this.block(row).subarray(from, from + this.count(row))
  }

  /** The block that holds a row's tokens; they begin at {@link offset}. */
  block(row: number): Uint32Array {
    return this.#blocks[Math.floor(this.#starts.data[row]! / BLOCK)]!
  }

  offset(row: number): number {
    return this.#starts.data[row]! % BLOCK
  }

  /** Overwrites a row's tokens: it has none any more. */
  wipe(row: number): void {
    if (this.count(row) === 0) return
    const from = this.offset(row)
    this.block(row).fill(0, from, from + this.count(row))
    this.#counts.data[row] = 0
  }

  /** Also lends them, and borrows. */
  archive(archive: ColumnArchive, end: number): void {
    this.#free = archive.number('free', this.#free)
    archive.blocks('blocks', this.#blocks, () => sharedU32(BLOCK))
    archive.column('starts', this.#starts, end)
    archive.column('counts', this.#counts, end)
  }

  get bytes(): number {
    return this.#blocks.length * BLOCK * 4 + this.#starts.bytes + this.#counts.bytes
  }
}
