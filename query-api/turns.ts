/**
 * Hands the event loop round among long computations: each waits for a turn, one turn is given per iteration of the
 * loop, so that what waits for I/O runs in between however many computations there are.
 */
export class Turns {
  readonly #waiting: Array<() => void> = []
  #scheduled = false

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#waiting.shift()?.()
      if (this.#waiting.length > 0) this.#schedule()
    })
  }
}

/** Work of one computation, cut into slices of at most `sliceMs` (as long as its single steps are shorter). */
export class Slices {
  readonly #turns: Turns
  readonly #sliceMs: number
  #begun: number

  constructor(turns: Turns, sliceMs: number) {
    this.#turns = turns
    this.#sliceMs = sliceMs
    this.#begun = performance.now()
  }

  /** A slice begins now, because the computation has just waited for something else. */
  begin(): void {
    this.#begun = performance.now()
  }

  /** True when it is time to wait for {@link next}. */
  isUp(): boolean {
    return performance.now() - this.#begun >= this.#sliceMs
  }

  async next(): Promise<void> {
    await this.#turns.next()
    this.begin()
  }
}
