import { growableU32 } from './growable.ts'
import type { IndexArchive } from './index-archive.ts'

/** Words of an id: a UUID is kept as its 16 bytes. */
const WORDS = 4
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Memory ids by row and rows by memory id: 16 bytes and a slot of an open-addressed table each. Row 0 is nobody's. */
export class MemoryIds {
  readonly #ids = growableU32()
  #slots = new Uint32Array(64)
  #count = 0

  /** The row of a memory, or 0. */
  row(memoryId: string): number {
    return this.#find(wordsOf(memoryId))
  }

  #find(words: readonly number[]): number {
    for (let slot = this.#home(words); ; slot = (slot + 1) & (this.#slots.length - 1)) {
      const row = this.#slots[slot]!
      if (row === 0 || this.#is(row, words)) return row
    }
  }

  /** `row` was never set before. Returns false, and does nothing, when the id has a row already. */
  add(row: number, memoryId: string): boolean {
    const words = wordsOf(memoryId)
    if (this.#find(words) !== 0) return false
    if (++this.#count * 2 > this.#slots.length) this.#grow()
    for (let i = 0; i < WORDS; i++) this.#ids.set(row * WORDS + i, words[i]!)
    this.#place(row, words)
    return true
  }

  memoryId(row: number): string {
    const hex = this.#wordsAt(row)
      .map((word) => word.toString(16).padStart(8, '0'))
      .join('')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }

  get bytes(): number {
    return this.#ids.bytes + this.#slots.byteLength
  }

  archive(archive: IndexArchive, end: number): void {
    this.#count = archive.number('count', this.#count)
    this.#slots = archive.array('slots', this.#slots)
    archive.column('ids', this.#ids, end * WORDS)
  }

  #wordsAt(row: number): number[] {
    return Array.from(this.#ids.data.subarray(row * WORDS, (row + 1) * WORDS))
  }

  #is(row: number, words: readonly number[]): boolean {
    const ids = this.#ids.data
    const at = row * WORDS
    return ids[at] === words[0] && ids[at + 1] === words[1] && ids[at + 2] === words[2] && ids[at + 3] === words[3]
  }

  #home(words: readonly number[]): number {
    let hash = 0
    for (const word of words) hash = Math.imul(hash ^ word, 0x9e3779b1)
    return (hash ^ (hash >>> 15)) & (this.#slots.length - 1)
  }

  #place(row: number, words: readonly number[]): void {
    let slot = this.#home(words)
    while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1)
    this.#slots[slot] = row
  }

  #grow(): void {
    const rows = this.#slots.filter((row) => row !== 0)
    this.#slots = new Uint32Array(this.#slots.length * 2)
    for (const row of rows) this.#place(row, this.#wordsAt(row))
  }
}

/** Throws for what is not a UUID in lower case, the only form in which the log has ids. */
function wordsOf(memoryId: string): number[] {
  if (!uuid.test(memoryId)) throw new Error(`Not a memory id: ${memoryId}`)
  return [
    Number.parseInt(memoryId.slice(0, 8), 16),
    Number.parseInt(memoryId.slice(9, 13) + memoryId.slice(14, 18), 16),
    Number.parseInt(memoryId.slice(19, 23) + memoryId.slice(24, 28), 16),
    Number.parseInt(memoryId.slice(28), 16),
  ]
}
