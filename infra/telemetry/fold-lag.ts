/** Where a fold stands in one partition. */
export interface FoldPosition {
  /** Last folded; −1 before the first. */
  readonly offset: number
  /** Known time of that record, milliseconds since 1970. */
  readonly knownTime: number
}

export interface Lag {
  /** Since the oldest record that is not folded came, as far as it was seen; 0 when every record is folded. */
  readonly behindMs: number
  /** How long the fold has had something to fold and has not moved. */
  readonly standsMs: number
}

interface Behind {
  readonly offset: number
  readonly behindSince: number
  readonly standsSince: number
}

const NO_LAG: Lag = { behindMs: 0, standsMs: 0 }

/**
 * How long one fold is behind the log, by partition, as its looks see it. The age of the last folded record would not say
 * it: after an idle day the next record would be a day late at once, and before the first there is none.
 */
export class FoldLag {
  readonly #clock: () => number
  readonly #behind = new Map<number, Behind>()

  /** `clock`: milliseconds since 1970. */
  constructor(clock: () => number) {
    this.#clock = clock
  }

  /** `position`: `null` where it is not known, which is no lag that anybody could tell. `head`: last offset of the log. */
  look(partition: number, position: FoldPosition | null, head: number): Lag {
    if (position === null || position.offset >= head) {
      this.#behind.delete(partition)
      return NO_LAG
    }
    const now = this.#clock()
    const behind = nowBehind(this.#behind.get(partition), position, now)
    this.#behind.set(partition, behind)
    return { behindMs: Math.max(0, now - behind.behindSince), standsMs: Math.max(0, now - behind.standsSince) }
  }
}

/** The record behind the last folded one is not known before it: what moves is behind since then at most. */
function nowBehind(known: Behind | undefined, { offset, knownTime }: FoldPosition, now: number): Behind {
  if (known === undefined) return { offset, behindSince: now, standsSince: now }
  if (known.offset === offset) return known
  return { offset, behindSince: Math.min(now, Math.max(known.behindSince, knownTime)), standsSince: now }
}
