/** The best rows of those offered: a heap with the worst of them on top. Ties break by offset, lower first. */
export class BestRows {
  readonly #rows: Uint32Array
  readonly #scores: Float64Array
  readonly #offset: Float64Array
  #count = 0

  /** At most `most` of them. */
  constructor(most: number, offset: Float64Array) {
    this.#rows = new Uint32Array(most)
    this.#scores = new Float64Array(most)
    this.#offset = offset
  }

  get isFull(): boolean {
    return this.#count === this.#rows.length
  }

  /** What a row has to score at least to come in; −∞ while there is room. */
  get least(): number {
    return this.isFull ? this.#scores[0]! : Number.NEGATIVE_INFINITY
  }

  /** In no order. */
  rows(): number[] {
    return [...this.#rows.subarray(0, this.#count)]
  }

  offer(row: number, score: number): void {
    if (!this.isFull) this.#siftUp(this.#count++, row, score)
    else if (this.#isWorse(this.#scores[0]!, this.#rows[0]!, score, row)) this.#siftDown(row, score)
  }

  #isWorse(score: number, row: number, otherScore: number, otherRow: number): boolean {
    return score < otherScore || (score === otherScore && this.#offset[row]! > this.#offset[otherRow]!)
  }

  #put(at: number, row: number, score: number): void {
    this.#rows[at] = row
    this.#scores[at] = score
  }

  #siftUp(from: number, row: number, score: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >>> 1
      if (!this.#isWorse(score, row, this.#scores[parent]!, this.#rows[parent]!)) break
      this.#put(at, this.#rows[parent]!, this.#scores[parent]!)
      at = parent
    }
    this.#put(at, row, score)
  }

  /** From the top, in the place of what stands there. */
  #siftDown(row: number, score: number): void {
    const [rows, scores] = [this.#rows, this.#scores]
    let at = 0
    for (let child = 1; child < this.#count; child = 2 * at + 1) {
      const right = child + 1
      if (right < this.#count && this.#isWorse(scores[right]!, rows[right]!, scores[child]!, rows[child]!))
        child = right
      if (!this.#isWorse(scores[child]!, rows[child]!, score, row)) break
      this.#put(at, rows[child]!, scores[child]!)
      at = child
    }
    this.#put(at, row, score)
  }
}
