/** One more than the largest estimate. */
const ESTIMATES = 0x8000

/**
 * Of rows and their estimates, offered in any order, the `depth` best; of those that are even, the ones of lower offset.
 * Counts how often each estimate occurs, which tells the least of the best after every offer and asks less of each row
 * than a heap.
 */
export class LikelyRows {
  readonly #depth: number
  readonly #offset: Float64Array
  /** Rows and their estimates in turn; some of them may have fallen behind. */
  #kept: Uint32Array
  #used = 0
  /** How many rows have an estimate; right from `#least` on. */
  readonly #counts = new Uint32Array(ESTIMATES)
  #least = 0
  /** Rows whose estimate is `#least` or more. */
  #best = 0

  constructor(depth: number, offset: Float64Array) {
    this.#depth = depth
    this.#offset = offset
    this.#kept = new Uint32Array(depth * 8)
  }

  /** A row with a lower estimate is not among the best. */
  get least(): number {
    return this.#least
  }

  /** `pairs`: rows and their estimates in turn. */
  offer(pairs: Uint32Array): void {
    if (this.#used + pairs.length > this.#kept.length) this.#makeRoom(pairs.length)
    const [kept, counts, least] = [this.#kept, this.#counts, this.#least]
    let used = this.#used
    for (let i = 0; i < pairs.length; i += 2) {
      const estimate = pairs[i + 1]!
      if (estimate < least) continue
      counts[estimate]!++
      kept[used] = pairs[i]!
      kept[used + 1] = estimate
      used += 2
    }
    this.#best += (used - this.#used) / 2
    this.#used = used
    this.#raise()
  }

  /** In the order in which they were offered. */
  rows(): Uint32Array {
    const lastOffset = this.#lastOffset()
    const rows = new Uint32Array(Math.min(this.#depth, this.#best))
    let used = 0
    for (let i = 0; i < this.#used; i += 2) {
      const [row, estimate] = [this.#kept[i]!, this.#kept[i + 1]!]
      if (estimate > this.#least || (estimate === this.#least && this.#offset[row]! <= lastOffset)) rows[used++] = row
    }
    return rows
  }

  /** As long as enough rows are better than those of the least estimate, these are not among the best. */
  #raise(): void {
    while (this.#best - this.#counts[this.#least]! >= this.#depth) this.#best -= this.#counts[this.#least++]!
  }

  /** Of the rows of the least estimate, what their offset may be. */
  #lastOffset(): number {
    if (this.#best <= this.#depth) return Number.POSITIVE_INFINITY
    const offsets = new Float64Array(this.#counts[this.#least]!)
    let used = 0
    for (let i = 0; i < this.#used; i += 2) {
      if (this.#kept[i + 1] === this.#least) offsets[used++] = this.#offset[this.#kept[i]!]!
    }
    return offsets.sort()[used - 1 - (this.#best - this.#depth)]!
  }

  /** Lets go of those that fell behind, and grows where that is not enough: many rows can be even. */
  #makeRoom(length: number): void {
    const kept = this.#kept
    let used = 0
    for (let i = 0; i < this.#used; i += 2) {
      if (kept[i + 1]! < this.#least) continue
      kept[used++] = kept[i]!
      kept[used++] = kept[i + 1]!
    }
    this.#used = used
    if ((used + length) * 2 <= kept.length) return
    this.#kept = new Uint32Array((used + length) * 2)
    this.#kept.set(kept.subarray(0, used))
  }
}
