/** A look that has not ended by then does not end: a volume of a network may hang. */
const OVERDUE_MS = 10_000

/**
 * For what is shown at scrapes and lies on a disk. No scrape waits for it: each shows what the look found that the one before it
 * began, and nothing while a look is overdue or has failed.
 */
export class LastLook<Found> {
  readonly #look: () => Promise<Found>
  readonly #elapsedMs: () => number
  #found: Found | null = null
  #askedAt: number | null = null

  /** Looks for the first time. `elapsedMs`: of a clock that never goes back. */
  constructor(look: () => Promise<Found>, elapsedMs: () => number = () => performance.now()) {
    this.#look = look
    this.#elapsedMs = elapsedMs
    this.again()
  }

  get found(): Found | null {
    const isOverdue = this.#askedAt !== null && this.#elapsedMs() - this.#askedAt > OVERDUE_MS
    return isOverdue ? null : this.#found
  }

  /** Begins another look, unless one is under way. */
  again(): void {
    if (this.#askedAt !== null) return
    this.#askedAt = this.#elapsedMs()
    void this.#begin()
  }

  async #begin(): Promise<void> {
    // Not made yet, or gone: there is nothing to show of it.
    this.#found = await this.#look().catch(() => null)
    this.#askedAt = null
  }
}
