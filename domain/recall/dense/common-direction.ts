/**
 * How much of their direction a set of vectors shares: 0 where they point every way, 1 where all are one. Sums of integers,
 * exact and the same in whatever order vectors come and go.
 */
export class CommonDirection {
  readonly #sums: Float64Array
  #squares = 0
  #count = 0

  constructor(dimensions: number) {
    this.#sums = new Float64Array(dimensions)
  }

  add(values: Int8Array): void {
    this.#count++
    this.#take(values, 1)
  }

  remove(values: Int8Array): void {
    this.#count--
    this.#take(values, -1)
  }

  /** |Σv|² / (n Σ|v|²): of vectors of one length, the square of the length of their mean. */
  get share(): number {
    if (this.#squares === 0) return 0
    let squares = 0
    for (const sum of this.#sums) squares += sum * sum
    return squares / (this.#count * this.#squares)
  }

  #take(values: Int8Array, times: 1 | -1): void {
    let squares = 0
    for (let d = 0; d < values.length; d++) {
      const value = values[d]!
      this.#sums[d]! += times * value
      squares += value * value
    }
    this.#squares += times * squares
  }
}
