import { BoundedMap } from '../crypto/bounded-map.ts'

interface Entry {
  readonly decision: Promise<boolean>
  /** Milliseconds on the cache's clock; infinite while the answer is on its way. */
  until: number
}

export interface DecisionCacheOptions {
  /** How long a decision holds, milliseconds. */
  readonly ttlMs: number
  readonly maxEntries: number
  /** Monotonic milliseconds. */
  readonly clock: () => number
}

/**
 * Decisions of the last moments, and those that are being asked for: of many equal questions at once one is asked. A
 * failure is told to those who wait for it and kept for nobody.
 */
export class DecisionCache {
  readonly #options: DecisionCacheOptions
  readonly #entries: BoundedMap<string, Entry>

  constructor(options: DecisionCacheOptions) {
    this.#options = options
    this.#entries = new BoundedMap(options.maxEntries)
  }

  get size(): number {
    return this.#entries.size
  }

  get(question: string, ask: () => Promise<boolean>): Promise<boolean> {
    const known = this.#entries.get(question)
    if (known !== undefined && this.#options.clock() < known.until) return known.decision
    const entry: Entry = { decision: ask(), until: Number.POSITIVE_INFINITY }
    this.#entries.set(question, entry)
    entry.decision.then(
      () => {
        entry.until = this.#options.clock() + this.#options.ttlMs
      },
      () => {
        if (this.#entries.get(question) === entry) this.#entries.delete(question)
      },
    )
    return entry.decision
  }
}
