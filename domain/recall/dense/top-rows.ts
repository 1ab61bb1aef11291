export interface DenseHit {
  readonly row: number
  /** −1 to 1. */
  readonly cosine: number
}

/** The best rows of those offered: a heap with the worst of them on top. Ties break by offset, lower first. */
export class TopRows {
  readonly #k: number
  readonly #offset: Float64Array
  readonly #heap: DenseHit[] = []

  constructor(k: number, offset: Float64Array) {
    this.#k = k
    this.#offset = offset
  }

  /** What a row has to have to come in; −∞ while there is room. */
  get least(): number {
    return this.#heap.length < this.#k ? Number.NEGATIVE_INFINITY : (this.#heap[0]?.cosine ?? Number.POSITIVE_INFINITY)
  }

  offer(row: number, cosine: number): void {
    if (cosine < this.least) return
    const hit = { row, cosine }
    if (this.#heap.length < this.#k) {
      this.#heap.push(hit)
      this.#siftUp(this.#heap.length - 1)
    } else if (this.#worse(this.#heap[0]!, hit)) {
      this.#heap[0] = hit
      this.#siftDown()
    }
  }

  /** Best first. */
  best(): DenseHit[] {
    return [...this.#heap].sort((a, b) => (this.#worse(b, a) ? -1 : 1))
  }

  #worse(a: DenseHit, b: DenseHit): boolean {
    return a.cosine < b.cosine || (a.cosine === b.cosine && this.#offset[a.row]! > this.#offset[b.row]!)
  }

  #siftUp(from: number): void {
    const heap = this.#heap
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >>> 1
      if (!this.#worse(heap[at]!, heap[parent]!)) return
      ;[heap[at], heap[parent]] = [heap[parent]!, heap[at]!]
      at = parent
    }
  }

  #siftDown(): void {
    const heap = this.#heap
    for (let at = 0; ; ) {
      let worst = at
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && this.#worse(heap[child]!, heap[worst]!)) worst = child
      }
      if (worst === at) return
      ;[heap[at], heap[worst]] = [heap[worst]!, heap[at]!]
      at = worst
    }
  }
}
