import { BoundedMap } from '../crypto/bounded-map.ts'

/** Refusals of a tenant in a second that are answered at once. */
const PROMPT = 20
const WINDOW_MS = 1000
/** Each is held this long, and up to {@link SPREAD_MS} longer. */
const HOLD_MS = 500
const SPREAD_MS = 1000
/** Multiples of it, less whole numbers, lie evenly however many there are (the golden ratio's sequence). */
const EVENLY = 0.618_033_988_749_895
const MOST_HELD_OF_TENANT = 256
const MOST_HELD = 2048
/** Tenants beyond it begin anew. */
const MAX_TENANTS = 10_000

interface Refused {
  /** Milliseconds. */
  readonly since: number
  count: number
  held: number
}

/**
 * A tenant that goes on asking after its refusals hears of them about a second later. A refusal costs what an empty answer
 * costs, so those of a flood are what every neighbour stands behind; a client can ask no more often on a connection than it is
 * answered. Answered together they would come back together, so they are spread over a second. Nothing is held but the
 * connection, and of these so many at most: beyond that refusals are prompt again.
 */
export class RefusalPace {
  readonly #closing: AbortSignal
  readonly #now: () => number
  readonly #tenants = new BoundedMap<string, Refused>(MAX_TENANTS)
  readonly #held = new Set<() => void>()

  /** What is held is let go when `closing` is aborted. `now`: a clock that never goes back, milliseconds. */
  constructor(closing: AbortSignal, now = () => performance.now()) {
    this.#closing = closing
    this.#now = now
    closing.addEventListener('abort', () => {
      for (const release of this.#held) release()
    })
  }

  /** Resolves when a refusal of the tenant may be answered; `null`: at once. */
  hold(tenant: string): Promise<void> | null {
    const refused = this.#refused(tenant)
    refused.count += 1
    if (refused.count <= PROMPT || refused.held >= MOST_HELD_OF_TENANT) return null
    if (this.#held.size >= MOST_HELD || this.#closing.aborted) return null
    refused.held += 1
    return new Promise((resolve) => {
      const release = (): void => {
        clearTimeout(timer)
        this.#held.delete(release)
        refused.held -= 1
        resolve()
      }
      const timer = setTimeout(release, HOLD_MS + SPREAD_MS * ((refused.count * EVENLY) % 1))
      this.#held.add(release)
    })
  }

  /** Counted for a second, and on as long as one is held: who goes on asking does not become prompt again. */
  #refused(tenant: string): Refused {
    const known = this.#tenants.get(tenant)
    const now = this.#now()
    if (known !== undefined && (known.held > 0 || now - known.since < WINDOW_MS)) return known
    const fresh = { since: now, count: 0, held: 0 }
    this.#tenants.set(tenant, fresh)
    return fresh
  }
}
