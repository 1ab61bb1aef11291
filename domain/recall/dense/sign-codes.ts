import { type CodeScan, instantiateCodeScan } from './kernel/code-scan.ts'
import type { LikelyRows } from './likely-rows.ts'
import { CODE_DIMENSIONS, codesOf, signTables } from './sign-tables.ts'

const PAGE = 64 * 1024
/** Rows whose codes lie interleaved; see code-scan.wat. */
const BLOCK_ROWS = 32
const HALF = BLOCK_ROWS / 2
/** Rows of one call: the bound rises between calls. */
const CALL_ROWS = 2048
const SCRATCH = 64
const HIT_BYTES = 8
const NO_VALUES = new Int8Array()

/**
 * The signs of rows' vectors, one bit a dimension, from which a scan of an eighth of the bytes tells the rows that are
 * likely to be nearest. The memory begins with the query's tables, scratch, the masks and the hits of a call; then come the rows.
 */
export class SignCodes {
  readonly #codes: number
  readonly #stride: number
  readonly #kernel: CodeScan = instantiateCodeScan()
  readonly #scratch: number
  readonly #mask: number
  readonly #hits: number
  readonly #blocks: number
  /** All of the memory; another array after each time it grew. */
  #bytes = new Uint8Array()

  constructor(dimensions: number) {
    this.#codes = codesOf(dimensions)
    this.#stride = this.#codes * 16 + BLOCK_ROWS
    this.#scratch = this.#codes * 16
    this.#mask = this.#scratch + SCRATCH
    this.#hits = this.#mask + CALL_ROWS
    this.#blocks = this.#hits + CALL_ROWS * HIT_BYTES
    this.reserve(0)
  }

  set(row: number, values: Int8Array): void {
    this.reserve(row + 1)
    const place = row % BLOCK_ROWS
    // The values stand where a search has its tables, which are longer.
    this.#bytes.set(values)
    this.#bytes.fill(0, values.length, this.#codes * CODE_DIMENSIONS)
    this.#kernel.encode(0, this.#codes, this.#blockOf(row) + (place % HALF), place < HALF ? 0 : 4)
    this.#bytes[this.#presentAt(row)] = 1
  }

  wipe(row: number): void {
    if (row >= this.length) return
    this.set(row, NO_VALUES)
    this.#bytes[this.#presentAt(row)] = 0
  }

  /** Offers `likely` the rows below `end` whose mask is 1 and whose estimate is not below what it asks for. */
  scan(query: Int16Array, mask: Uint8Array, end: number, likely: LikelyRows): void {
    const { buffer } = this.#kernel.memory
    this.#bytes.set(signTables(query))
    const masks = new Uint8Array(buffer, this.#mask, CALL_ROWS)
    const hits = new Uint32Array(buffer, this.#hits, (CALL_ROWS * HIT_BYTES) / 4)
    const rows = Math.min(end, this.length, mask.length)
    for (let from = 0; from < rows; from += CALL_ROWS) {
      const count = Math.min(CALL_ROWS, rows - from)
      masks.fill(0, count)
      masks.set(mask.subarray(from, from + count))
      likely.offer(hits.subarray(0, this.#call(from, count, likely.least)))
    }
  }

  /** Makes room for rows below `length`. */
  reserve(length: number): void {
    const missing = this.#blocks + Math.ceil(length / BLOCK_ROWS) * this.#stride - this.bytes
    // A sixteenth at a time: growing is cheap, since nothing is copied.
    const ahead = Math.ceil(this.bytes / 16)
    if (missing > 0) this.#kernel.memory.grow(Math.ceil(Math.max(missing, ahead) / PAGE))
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.#kernel.memory.buffer)
  }

  /** Rows that there is room for. */
  get length(): number {
    return Math.floor((this.bytes - this.#blocks) / this.#stride) * BLOCK_ROWS
  }

  get bytes(): number {
    return this.#bytes.length
  }

  /** How many numbers stand in the hits: a row and its estimate each. */
  #call(from: number, count: number, least: number): number {
    const end = this.#kernel.atLeast(
      this.#blockOf(from),
      Math.ceil(count / BLOCK_ROWS),
      from,
      0,
      this.#codes,
      this.#mask,
      least,
      this.#scratch,
      this.#hits,
    )
    return (end - this.#hits) / 4
  }

  #presentAt(row: number): number {
    return this.#blockOf(row) + this.#codes * 16 + (row % BLOCK_ROWS)
  }

  #blockOf(row: number): number {
    return this.#blocks + Math.floor(row / BLOCK_ROWS) * this.#stride
  }
}
