import { growableU32 } from './growable.ts'
import type { IndexArchive } from './index-archive.ts'

/** Words of an id: a UUID is kept as its 16 bytes. */
const WORDS = 4
const UUID_LENGTH = 36
/** Where the digits of each word stand in a UUID's text, and where its hyphens. */
const DIGITS = [
  [0, 1, 2, 3, 4, 5, 6, 7],
  [9, 10, 11, 12, 14, 15, 16, 17],
  [19, 20, 21, 22, 24, 25, 26, 27],
  [28, 29, 30, 31, 32, 33, 34, 35],
].flat()
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const MIX = 0x9e3779b1
const HYPHENS = [8, 13, 18, 23]
const HYPHEN = '-'.charCodeAt(0)
/** Value of a digit by its code unit; −1 where it is none, and with it whatever bits it is joined to. */
const VALUES = Int8Array.from({ length: 128 }, (_, code) => '0123456789abcdef'.indexOf(String.fromCharCode(code)))

/** Memory ids by row and rows by memory id: 16 bytes and a slot of an open-addressed table each. Row 0 is nobody's. */
export class MemoryIds {
  readonly #ids = growableU32()
  #slots = new Uint32Array(64)
  #count = 0
  /** Of the id that is looked up. */
  readonly #words = new Uint32Array(WORDS)

  /** The row of a memory, or 0. */
  row(memoryId: string): number {
    readWords(memoryId, this.#words)
    return this.#slots[this.#slotOf(this.#words)]!
  }

  /** `row` was never set before. Returns false, and does nothing, when the id has a row already. */
  add(row: number, memoryId: string): boolean {
    const words = this.#words
    readWords(memoryId, words)
    let slot = this.#slotOf(words)
    if (this.#slots[slot] !== 0) return false
    if (++this.#count * 2 > this.#slots.length) {
      this.#grow()
      slot = this.#slotOf(words)
    }
    this.#ids.reserve((row + 1) * WORDS)
    this.#ids.data.set(words, row * WORDS)
    this.#slots[slot] = row
    return true
  }

  memoryId(row: number): string {
    const ids = this.#ids.data
    let text = ''
    for (let byte = 0; byte < WORDS * 4; byte++) {
      if (HYPHENS.includes(text.length)) text += '-'
      text += HEX[(ids[row * WORDS + (byte >> 2)]! >>> (24 - 8 * (byte & 3))) & 0xff]!
    }
    return text
  }

  get bytes(): number {
    return this.#ids.bytes + this.#slots.byteLength
  }

  archive(archive: IndexArchive, end: number): void {
    this.#count = archive.number('count', this.#count)
    this.#slots = archive.array('slots', this.#slots)
    archive.column('ids', this.#ids, end * WORDS)
  }

  /** The slot that holds the row of an id, or the empty one where it would be. */
  #slotOf(words: Uint32Array): number {
    const ids = this.#ids.data
    const last = this.#slots.length - 1
    const a = words[0]!
    const b = words[1]!
    const c = words[2]!
    const d = words[3]!
    for (let slot = homeOf(a, b, c, d) & last; ; slot = (slot + 1) & last) {
      const row = this.#slots[slot]!
      const at = row * WORDS
      if (row === 0) return slot
      if (ids[at] === a && ids[at + 1] === b && ids[at + 2] === c && ids[at + 3] === d) return slot
    }
  }

  #grow(): void {
    const before = this.#slots
    const last = before.length * 2 - 1
    const slots = new Uint32Array(last + 1)
    const ids = this.#ids.data
    for (const row of before) {
      if (row === 0) continue
      const at = row * WORDS
      let slot = homeOf(ids[at]!, ids[at + 1]!, ids[at + 2]!, ids[at + 3]!) & last
      while (slots[slot] !== 0) slot = (slot + 1) & last
      slots[slot] = row
    }
    this.#slots = slots
  }
}

function homeOf(a: number, b: number, c: number, d: number): number {
  const hash = Math.imul(Math.imul(Math.imul(Math.imul(a, MIX) ^ b, MIX) ^ c, MIX) ^ d, MIX)
  return hash ^ (hash >>> 15)
}

/** Throws for what is not a UUID in lower case, the only form in which the log has ids. */
function readWords(memoryId: string, words: Uint32Array): void {
  let seen = memoryId.length - UUID_LENGTH
  for (const at of HYPHENS) seen |= memoryId.charCodeAt(at) - HYPHEN
  if (seen !== 0) throw new Error(`Not a memory id: ${memoryId}`)
  for (let i = 0; i < DIGITS.length; i++) {
    const value = VALUES[memoryId.charCodeAt(DIGITS[i]!)] ?? -1
    seen |= value
    words[i >> 3] = (words[i >> 3]! << 4) | value
  }
  if (seen < 0) throw new Error(`Not a memory id: ${memoryId}`)
}
