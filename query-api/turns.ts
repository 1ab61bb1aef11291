/**
 * Hands the event loop round among long computations: each waits for a turn, and what waits for I/O runs in between however
 * many computations there are. One turn is given per iteration of the loop, and more of them while the I/O of that iteration
 * took longer than they do: under a flood of requests half of the time is for those that were let in.
 */
export class Turns {
  readonly #now: () => number
  readonly #waiting: Array<() => void> = []
  #scheduled = false

  /** `now`: a clock that never goes back, milliseconds. */
  constructor(now = () => performance.now()) {
    this.#now = now
  }

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    const since = this.#now()
    setImmediate(() => void this.#give(this.#now() - since))
  }

  async #give(ioMs: number): Promise<void> {
    const begun = this.#now()
    do {
      this.#waiting.shift()?.()
      await sliceDone()
    } while (this.#waiting.length > 0 && this.#now() - begun < ioMs)
    this.#scheduled = false
    if (this.#waiting.length > 0) this.#schedule()
  }
}

/** Ticks come when all that promises do is done: also what a turn that was just given does with it. */
const sliceDone = (): Promise<void> => new Promise((resolve) => queueMicrotask(() => process.nextTick(resolve)))

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
