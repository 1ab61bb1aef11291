import { growableI8 } from '../columns/growable.ts'
import { type Int8Rows, product } from './int8-rows.ts'

/** Rows in a typed array: for columns whose scan takes less than a WebAssembly memory costs. */
export class PlainRows implements Int8Rows {
  readonly #dimensions: number
  readonly #values = growableI8()

  constructor(dimensions: number) {
    this.#dimensions = dimensions
  }

  get length(): number {
    return Math.floor(this.#values.data.length / this.#dimensions)
  }

  set(row: number, values: Int8Array): void {
    this.#values.reserve((row + 1) * this.#dimensions)
    this.#values.data.set(values, row * this.#dimensions)
  }

  get(row: number): Int8Array {
    return this.#values.data.subarray(row * this.#dimensions, (row + 1) * this.#dimensions)
  }

  products(query: Int16Array, mask: Uint8Array, end: number, take: (row: number, product: number) => void): void {
    for (let row = 0; row < end; row++) if (mask[row] === 1) take(row, product(this.get(row), query))
  }

  productsOf(query: Int16Array, rows: Uint32Array): Float64Array {
    const products = new Float64Array(rows.length)
    for (let i = 0; i < rows.length; i++) products[i] = product(this.get(rows[i]!), query)
    return products
  }

  productsOfPairs(pairs: Uint32Array): Float64Array {
    const products = new Float64Array(pairs.length / 2)
    for (let i = 0; i < products.length; i++) {
      products[i] = product(this.get(pairs[2 * i]!), this.get(pairs[2 * i + 1]!))
    }
    return products
  }

  get stride(): number {
    return this.#dimensions
  }

  all(rows: number): Int8Array {
    return this.#values.data.subarray(0, rows * this.#dimensions)
  }

  get bytes(): number {
    return this.#values.bytes
  }
}
