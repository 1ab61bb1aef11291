export interface GrowthPace {
  /** News at most so often. */
  readonly everyMs: number
  /** … while somebody waits for what comes of it. */
  readonly awaitedMs: number
}

/**
 * Tells another thread which partitions of the log grew. What grew after a pause is told at once; under load many appends
 * are told together, since a message between threads costs as much as sealing a memory, and a transaction over a few records
 * as much as one over many.
 */
export class GrowthNews {
  readonly #pace: GrowthPace
  readonly #tell: (partitions: readonly number[]) => void
  readonly #now: () => number
  readonly #grown = new Set<number>()
  #lastTold = Number.NEGATIVE_INFINITY
  #due: { readonly at: number; readonly timer: NodeJS.Timeout } | null = null

  /** `now`: a clock that never goes back, milliseconds. */
  constructor(pace: GrowthPace, tell: (partitions: readonly number[]) => void, now = () => performance.now()) {
    this.#pace = pace
    this.#tell = tell
    this.#now = now
  }

  grown(partitions: Iterable<number>): void {
    for (const partition of partitions) this.#grown.add(partition)
    this.#tellBy(this.#lastTold + this.#pace.everyMs)
  }

  /** Somebody waits. */
  hurry(): void {
    if (this.#grown.size > 0) this.#tellBy(this.#lastTold + this.#pace.awaitedMs)
  }

  /** Tells what is left. */
  close(): void {
    if (this.#grown.size > 0) this.#told()
  }

  #tellBy(at: number): void {
    if (this.#due !== null && this.#due.at <= at) return
    if (this.#due !== null) clearTimeout(this.#due.timer)
    const left = at - this.#now()
    if (left > 0) this.#due = { at, timer: setTimeout(() => this.#told(), left) }
    else this.#told()
  }

  #told(): void {
    if (this.#due !== null) clearTimeout(this.#due.timer)
    this.#due = null
    this.#lastTold = this.#now()
    const partitions = [...this.#grown]
    this.#grown.clear()
    this.#tell(partitions)
  }
}
