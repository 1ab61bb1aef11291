import type { Int8Rows } from './int8-rows.ts'
import { type DotProducts, instantiateDotProducts } from './kernel/dot-products.ts'
import { newScanMemory, reserveBytes, SCAN_PLACES, type ScanMemory } from './kernel/scan-memory.ts'

/** Dimensions that the kernel takes at a time; a row is padded with zeros to a multiple of it. */
const LANES = 16
/** Rows of one call: their masks and products stay in the processor's cache. */
const BLOCK = 2048
/** Row numbers of one call, which stand where the masks of a block do. */
const LISTED = BLOCK / 4

/**
 * Rows in a WebAssembly memory, which grows in place, scanned by SIMD. The memory begins with the places of the threads that scan
 * it, each with the query (16 bits a dimension), the masks and the products of a block; then come the rows.
 */
export class SimdRows implements Int8Rows {
  readonly #dimensions: number
  readonly #stride: number
  readonly memory: WebAssembly.Memory
  readonly #kernel: DotProducts
  readonly #query: number
  readonly #mask: number
  readonly #out: number
  readonly #rows: number

  /** `scanned`: the memory of other rows of as many dimensions, which another thread writes. */
  constructor(dimensions: number, scanned: ScanMemory = newScanMemory()) {
    this.#dimensions = dimensions
    this.#stride = Math.ceil(dimensions / LANES) * LANES
    this.memory = scanned.memory
    this.#kernel = instantiateDotProducts(this.memory)
    const placeBytes = this.#stride * 2 + BLOCK + BLOCK * 4
    this.#query = scanned.place * placeBytes
    this.#mask = this.#query + this.#stride * 2
    this.#out = this.#mask + BLOCK
    this.#rows = SCAN_PLACES * placeBytes
    this.#reserve(0)
  }

  get length(): number {
    return Math.floor((this.bytes - this.#rows) / this.#stride)
  }

  set(row: number, values: Int8Array): void {
    this.#reserve(row + 1)
    this.#at(row).set(values)
  }

  get(row: number): Int8Array {
    return this.#at(row)
  }

  products(query: Int16Array, mask: Uint8Array, end: number, take: (row: number, product: number) => void): void {
    const { buffer } = this.memory
    new Int16Array(buffer, this.#query, this.#dimensions).set(query)
    const masks = new Uint8Array(buffer, this.#mask, BLOCK)
    const products = new Int32Array(buffer, this.#out, BLOCK)
    for (let from = 0; from < end; from += BLOCK) {
      const count = Math.min(BLOCK, end - from)
      const block = mask.subarray(from, from + count)
      if (!block.includes(1)) continue
      masks.set(block)
      this.#kernel.dots(this.#rows + from * this.#stride, count, this.#stride, this.#query, this.#mask, this.#out)
      for (let i = 0; i < count; i++) if (masks[i] === 1) take(from + i, products[i]!)
    }
  }

  productsOf(query: Int16Array, rows: Uint32Array): Float64Array {
    const { buffer } = this.memory
    new Int16Array(buffer, this.#query, this.#dimensions).set(query)
    const list = new Uint32Array(buffer, this.#mask, LISTED)
    const products = new Int32Array(buffer, this.#out, LISTED)
    const all = new Float64Array(rows.length)
    for (let from = 0; from < rows.length; from += LISTED) {
      const listed = rows.subarray(from, from + LISTED)
      list.set(listed)
      this.#kernel.dotsOf(this.#rows, this.#mask, listed.length, this.#stride, this.#query, this.#out)
      all.set(products.subarray(0, listed.length), from)
    }
    return all
  }

  productsOfPairs(pairs: Uint32Array): Float64Array {
    const { buffer } = this.memory
    const list = new Uint32Array(buffer, this.#mask, LISTED)
    const products = new Int32Array(buffer, this.#out, LISTED)
    const all = new Float64Array(pairs.length / 2)
    for (let from = 0; from < pairs.length; from += LISTED) {
      const numbers = pairs.subarray(from, from + LISTED)
      list.set(numbers)
      this.#kernel.pairsOf(this.#rows, this.#mask, numbers.length / 2, this.#stride, this.#out)
      all.set(products.subarray(0, numbers.length / 2), from / 2)
    }
    return all
  }

  get stride(): number {
    return this.#stride
  }

  all(rows: number): Int8Array {
    const count = Math.min(rows, this.length)
    return new Int8Array(this.memory.buffer, this.#rows, count * this.#stride)
  }

  get bytes(): number {
    return this.memory.buffer.byteLength
  }

  #at(row: number): Int8Array {
    return new Int8Array(this.memory.buffer, this.#rows + row * this.#stride, this.#dimensions)
  }

  #reserve(rows: number): void {
    reserveBytes(this.memory, this.#rows + rows * this.#stride)
  }
}
