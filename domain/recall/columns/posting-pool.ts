import { growableU32, sharedU32 } from './growable.ts'
import type { ColumnArchive } from './index-archive.ts'

/** A posting is row × 64 + term count; counts beyond 63 are kept as 63, where BM25 has long flattened out. */
export const COUNT_BITS = 6
export const MAX_COUNT = 63
/** Row 0 is nobody's and never visible: what an erasure leaves where a posting was. */
const WIPED = 0

const BLOCK_BITS = 13
const BLOCK = 1 << BLOCK_BITS
const FIRST_CHUNK = 4
const MAX_CHUNK = 2048

/**
 * Posting lists of all terms, in blocks that never move. A list is a chain of chunks that double in size; the last cell
 * of a chunk is the address of the next. Rows of a list ascend, because rows are added in order.
 */
export class PostingPool {
  readonly #blocks: Uint32Array[] = []
  /** Next free cell of the last block. */
  #free = BLOCK
  readonly #head = growableU32()
  readonly #tail = growableU32()
  /** Cells that the tail chunk still has for postings. */
  readonly #left = growableU32()
  readonly #chunk = growableU32()
  readonly #counts = growableU32()
  readonly #wiped = growableU32()

  /** Postings of a term, wiped ones too. */
  count(term: number): number {
    return this.#counts.data[term] ?? 0
  }

  /** Rows that hold a term. */
  rows(term: number): number {
    return this.count(term) - (this.#wiped.data[term] ?? 0)
  }

  /** The block that an address is in. */
  block(address: number): Uint32Array {
    return this.#blocks[address >>> BLOCK_BITS]!
  }

  push(term: number, row: number, count: number): void {
    if (term >= this.#counts.data.length) this.#reserve(term + 1)
    this.#counts.data[term]!++
    if (this.#left.data[term] === 0) this.#extend(term)
    const at = this.#tail.data[term]!
    this.#blocks[at >>> BLOCK_BITS]![at & (BLOCK - 1)] = row * (MAX_COUNT + 1) + Math.min(count, MAX_COUNT)
    this.#tail.data[term] = at + 1
    this.#left.data[term]!--
  }

  /** Shows a term's postings piece by piece, but for the first `skipped` of them. */
  pieces(term: number, skipped: number, show: (address: number, count: number) => void): void {
    let left = this.count(term)
    let skip = skipped
    let address = this.#head.data[term] ?? 0
    for (let size = FIRST_CHUNK; left > 0; size = Math.min(size * 2, MAX_CHUNK)) {
      const held = Math.min(size - 1, left)
      const passed = Math.min(skip, held)
      if (passed < held) show(address + passed, held - passed)
      skip -= passed
      left -= held
      address = this.block(address)[placeOf(address) + size - 1]!
    }
  }

  /** Copies a term's postings to `out` from `at` on and returns where they end. `out` must have the room. */
  read(term: number, out: Uint32Array, at: number): number {
    let end = at
    this.pieces(term, 0, (address, count) => {
      const block = this.block(address)
      const from = placeOf(address)
      if (count < 16) for (let i = 0; i < count; i++) out[end + i] = block[from + i]!
      else out.set(block.subarray(from, from + count), end)
      end += count
    })
    return end
  }

  /** Removes the posting of a row, so that nothing tells any more that the row held the term. */
  wipe(term: number, row: number): void {
    let left = this.count(term)
    let address = this.#head.data[term] ?? 0
    for (let size = FIRST_CHUNK; left > 0; size = Math.min(size * 2, MAX_CHUNK)) {
      const block = this.#blocks[address >>> BLOCK_BITS]!
      const from = address & (BLOCK - 1)
      const take = Math.min(size - 1, left)
      if (wipeIn(block, from, from + take, row)) {
        this.#wiped.set(term, (this.#wiped.data[term] ?? 0) + 1)
        return
      }
      left -= take
      address = block[from + size - 1]!
    }
  }

  /** Also lends them, and borrows. `terms`: above every code of a term. */
  archive(archive: ColumnArchive, terms: number): void {
    this.#free = archive.number('free', this.#free)
    archive.blocks('blocks', this.#blocks, () => sharedU32(BLOCK))
    archive.column('head', this.#head, terms)
    archive.column('tail', this.#tail, terms)
    archive.column('left', this.#left, terms)
    archive.column('chunk', this.#chunk, terms)
    archive.column('counts', this.#counts, terms)
    archive.column('wiped', this.#wiped, terms)
  }

  get bytes(): number {
    const terms = [this.#head, this.#tail, this.#left, this.#chunk, this.#counts, this.#wiped]
    return this.#blocks.length * BLOCK * 4 + terms.reduce((sum, column) => sum + column.bytes, 0)
  }

  /** A list has its cells in all columns at once, so that a posting asks none of them for room. */
  #reserve(terms: number): void {
    for (const column of [this.#head, this.#tail, this.#left, this.#chunk, this.#counts]) column.reserve(terms)
  }

  #extend(term: number): void {
    const size = Math.min(this.#chunk.data[term]! * 2 || FIRST_CHUNK, MAX_CHUNK)
    const address = this.#allocate(size)
    const tail = this.#tail.data[term]!
    if (this.#chunk.data[term] === 0) this.#head.data[term] = address
    else this.#blocks[tail >>> BLOCK_BITS]![tail & (BLOCK - 1)] = address
    this.#tail.data[term] = address
    this.#left.data[term] = size - 1
    this.#chunk.data[term] = size
  }

  #allocate(size: number): number {
    if (this.#free + size > BLOCK) {
      this.#blocks.push(sharedU32(BLOCK))
      this.#free = 0
    }
    const address = (this.#blocks.length - 1) * BLOCK + this.#free
    this.#free += size
    return address
  }
}

/** Of an address, in its block. */
export const placeOf = (address: number): number => address & (BLOCK - 1)

/** Rows ascend, so a chunk that ends below the row is passed over. */
function wipeIn(block: Uint32Array, from: number, end: number, row: number): boolean {
  const last = block[end - 1]!
  if (last !== WIPED && last >>> COUNT_BITS < row) return false
  for (let i = from; i < end; i++) {
    if (block[i]! >>> COUNT_BITS !== row) continue
    block[i] = WIPED
    return true
  }
  return false
}
