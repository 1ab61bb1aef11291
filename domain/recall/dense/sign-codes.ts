import { type CodeScan, instantiateCodeScan, type Scan } from './kernel/code-scan.ts'
import { newScanMemory, reserveBytes, SCAN_PLACES, type ScanMemory } from './kernel/scan-memory.ts'
import type { LikelyRows } from './likely-rows.ts'
import { CODE_DIMENSIONS, codesOf, signTables } from './sign-tables.ts'

/** Rows whose codes lie interleaved; see code-scan.wat. */
const BLOCK_ROWS = 32
const HALF = BLOCK_ROWS / 2
/** Rows of one call: the bound rises between calls. */
const CALL_ROWS = 8192
const SCRATCH = 64
const HIT_BYTES = 8
const HITS_BYTES = CALL_ROWS * HIT_BYTES
const NO_VALUES = new Int8Array()

/** A query, and what is to be told of the rows. */
export interface SignSearch {
  readonly query: Int16Array
  readonly likely: LikelyRows
}

/** Two in one scan take little longer than one: what the signs are costs more than what they mean. */
export type SignSearches = readonly [SignSearch] | readonly [SignSearch, SignSearch]

/**
 * The signs of rows' vectors, one bit a dimension, from which a scan of an eighth of the bytes tells the rows that are
 * likely to be nearest. The memory begins with the places of the threads that scan it, each with the tables of two queries, scratch,
 * the masks, and the hits of a call for both; then come the rows.
 */
export class SignCodes {
  readonly #codes: number
  readonly #stride: number
  readonly memory: WebAssembly.Memory
  readonly #kernel: CodeScan
  readonly #tables: number
  readonly #scratch: number
  readonly #mask: number
  readonly #hits: number
  readonly #blocks: number
  /** All of the memory; another array after each time it grew. */
  #bytes: Uint8Array

  /** `scanned`: the memory of other codes of as many dimensions, which another thread writes. */
  constructor(dimensions: number, scanned: ScanMemory = newScanMemory()) {
    this.#codes = codesOf(dimensions)
    this.#stride = this.#codes * 16 + BLOCK_ROWS
    this.memory = scanned.memory
    this.#kernel = instantiateCodeScan(this.memory)
    const placeBytes = 2 * this.#codes * 16 + SCRATCH + CALL_ROWS + 2 * HITS_BYTES
    this.#tables = scanned.place * placeBytes
    this.#scratch = this.#tables + 2 * this.#codes * 16
    this.#mask = this.#scratch + SCRATCH
    this.#hits = this.#mask + CALL_ROWS
    this.#blocks = SCAN_PLACES * placeBytes
    this.#bytes = new Uint8Array(this.memory.buffer)
    this.reserve(0)
  }

  set(row: number, values: Int8Array): void {
    this.reserve(row + 1)
    const place = row % BLOCK_ROWS
    // The values stand where a search has its tables, which are longer.
    this.#bytes.set(values, this.#tables)
    this.#bytes.fill(0, this.#tables + values.length, this.#tables + this.#codes * CODE_DIMENSIONS)
    this.#kernel.encode(this.#tables, this.#codes, this.#blockOf(row) + (place % HALF), place < HALF ? 0 : 4)
    this.#bytes[this.#presentAt(row)] = 1
  }

  wipe(row: number): void {
    if (row >= this.length) return
    this.set(row, NO_VALUES)
    this.#bytes[this.#presentAt(row)] = 0
  }

  /** Offers each search the rows below `end` whose mask is 1 and whose estimate is not below what it asks for. */
  scan(searches: SignSearches, mask: Uint8Array, end: number): void {
    for (const [i, { query }] of searches.entries()) {
      this.#bytes.set(signTables(query), this.#tables + i * this.#codes * 16)
    }
    const masks = new Uint8Array(this.memory.buffer, this.#mask, CALL_ROWS)
    const rows = Math.min(end, this.length, mask.length)
    for (let from = 0; from < rows; from += CALL_ROWS) {
      const count = Math.min(CALL_ROWS, rows - from)
      masks.fill(0, count)
      masks.set(mask.subarray(from, from + count))
      this.#call(from, count, searches)
    }
  }

  /** Makes room for rows below `length`. */
  reserve(length: number): void {
    reserveBytes(this.memory, this.#blocks + Math.ceil(length / BLOCK_ROWS) * this.#stride)
    if (this.#bytes.length < this.bytes) this.#bytes = new Uint8Array(this.memory.buffer)
  }

  /** Rows that there is room for. */
  get length(): number {
    return Math.floor((this.bytes - this.#blocks) / this.#stride) * BLOCK_ROWS
  }

  get bytes(): number {
    return this.memory.buffer.byteLength
  }

  #call(from: number, count: number, [{ likely }, other]: SignSearches): void {
    const [hits, otherHits] = [this.#hits, this.#hits + HITS_BYTES]
    const blocks = Math.ceil(count / BLOCK_ROWS)
    const by = [this.#tables, this.#codes, this.#mask, this.#scratch] as const
    const scan: Scan = [this.#blockOf(from), blocks, from, ...by, likely.least, hits]
    if (other === undefined) {
      likely.offer(this.#found(hits, this.#kernel.atLeast(...scan)))
      return
    }
    const [end, otherEnd] = this.#kernel.atLeastOfTwo(...scan, other.likely.least, otherHits)
    likely.offer(this.#found(hits, end))
    other.likely.offer(this.#found(otherHits, otherEnd))
  }

  /** Rows and their estimates in turn. */
  #found(from: number, end: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, from, (end - from) / 4)
  }

  #presentAt(row: number): number {
    return this.#blockOf(row) + this.#codes * 16 + (row % BLOCK_ROWS)
  }

  #blockOf(row: number): number {
    return this.#blocks + Math.floor(row / BLOCK_ROWS) * this.#stride
  }
}
