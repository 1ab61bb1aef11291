import { growableU32 } from './growable.ts'

/** Rows by offset. They mostly come so; late ones are put in their places when it is read. */
export class OffsetOrder {
  readonly #rows = growableU32()
  #count = 0
  #lastOffset = -1
  #sorted = true

  add(row: number, offset: number): void {
    this.#rows.set(this.#count++, row)
    if (offset < this.#lastOffset) this.#sorted = false
    else this.#lastOffset = offset
  }

  /** Rows whose offset is below `before` (`null`: all), highest offset first. */
  *below(before: number | null, offsets: Float64Array): Generator<number> {
    if (!this.#sorted) {
      this.#rows.data.subarray(0, this.#count).sort((a, b) => offsets[a]! - offsets[b]!)
      this.#sorted = true
    }
    for (let at = this.#countBelow(before, offsets) - 1; at >= 0; at--) yield this.#rows.data[at]!
  }

  get bytes(): number {
    return this.#rows.bytes
  }

  #countBelow(before: number | null, offsets: Float64Array): number {
    if (before === null) return this.#count
    let [low, high] = [0, this.#count]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (offsets[this.#rows.data[middle]!]! < before) low = middle + 1
      else high = middle
    }
    return low
  }
}
