/** One more than the largest estimate. */
const ESTIMATES = 0x8000

/**
 * Of rows and their estimates, offered in any order, the `depth` best; of those that are even, the ones of lower offset.
 * Keeps up to twice as many and cuts them down by counting, which asks less of each row than a heap.
 */
export class LikelyRows {
  readonly #depth: number
  readonly #offset: Float64Array
  /** Rows and their estimates in turn. */
  #kept: Uint32Array
  #used = 0
  #least = 0
  /** Of rows that are even with the last: what their offset may be. */
  #lastOffset = Number.POSITIVE_INFINITY

  constructor(depth: number, offset: Float64Array) {
    this.#depth = depth
    this.#offset = offset
    this.#kept = new Uint32Array(depth * 4)
  }

  /** A row with a lower estimate is not among the best. */
  get least(): number {
    return this.#least
  }

  /** `pairs`: rows and their estimates in turn. */
  offer(pairs: Uint32Array): void {
    for (let i = 0; i < pairs.length; i += 2) {
      const [row, estimate] = [pairs[i]!, pairs[i + 1]!]
      if (estimate < this.#least || (estimate === this.#least && this.#offset[row]! > this.#lastOffset)) continue
      if (this.#used === this.#kept.length) this.#cut()
      this.#kept[this.#used++] = row
      this.#kept[this.#used++] = estimate
    }
  }

  /** In the order in which they were offered. */
  rows(): Uint32Array {
    if (this.#used > this.#depth * 2) this.#cut()
    return this.#kept.subarray(0, this.#used).filter((_, i) => i % 2 === 0)
  }

  #cut(): void {
    const { least, even } = this.#bound()
    const evens: number[] = []
    this.#least = least
    this.#keep((_, estimate, offset) => {
      if (estimate === least) evens.push(offset)
      return estimate >= least
    })
    this.#lastOffset = Float64Array.from(evens).sort()[even - 1]!
    this.#keep((_, estimate, offset) => estimate > least || offset <= this.#lastOffset)
  }

  /** The estimate of the last of the best, and how many of the best have it. */
  #bound(): { readonly least: number; readonly even: number } {
    const counts = new Uint32Array(ESTIMATES)
    for (let i = 1; i < this.#used; i += 2) counts[this.#kept[i]!]!++
    let missing = this.#depth
    let least = ESTIMATES - 1
    for (; counts[least]! < missing; least--) missing -= counts[least]!
    return { least, even: missing }
  }

  #keep(wanted: (row: number, estimate: number, offset: number) => boolean): void {
    const kept = this.#kept
    let used = 0
    for (let i = 0; i < this.#used; i += 2) {
      const [row, estimate] = [kept[i]!, kept[i + 1]!]
      if (!wanted(row, estimate, this.#offset[row]!)) continue
      kept[used++] = row
      kept[used++] = estimate
    }
    this.#used = used
  }
}
