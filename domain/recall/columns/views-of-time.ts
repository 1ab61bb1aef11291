import type { AsOf } from '../indexed-memory.ts'
import type { LendingWalk } from './column-lending.ts'
import type { Growable } from './growable.ts'
import type { KnownIntervals } from './known-intervals.ts'
import { type RowFacts, Visibility } from './visibility.ts'

/**
 * What is visible at an instant. The present is kept in step with each change, and rows whose time is limited appear
 * and disappear as it moves; any other instant is worked out from all rows, and the last such one is kept.
 */
export class ViewsOfTime {
  readonly #intervals: KnownIntervals
  readonly #occurredAt: Growable<Float64Array>
  readonly #turned: (row: number, visible: boolean) => void
  readonly #present = new Visibility()
  /** Rows that were seen, row 0 included. */
  #rows = 1
  /** Instant that `#present` is about. */
  #now = Number.NEGATIVE_INFINITY
  #from = Number.NEGATIVE_INFINITY
  #until = Number.POSITIVE_INFINITY
  /** Rows that stand with an end to their validity. */
  readonly #ending = new Set<number>()
  /** How often a row changed, or the present moved past an end. */
  #changes = 0
  #past: { readonly asOf: AsOf; readonly visibility: Visibility } | null = null

  /** `turned`: told of each row that appears in the present or disappears from it; a new row counts as one that is there. */
  constructor(
    intervals: KnownIntervals,
    occurredAt: Growable<Float64Array>,
    turned: (row: number, visible: boolean) => void,
  ) {
    this.#intervals = intervals
    this.#occurredAt = occurredAt
    this.#turned = turned
  }

  /** A row was added, or its intervals are others now. */
  changed(row: number, facts: RowFacts): void {
    this.#changes++
    const validTo = this.#intervals.validTo(row, null)
    if (Number.isFinite(validTo)) {
      this.#ending.add(row)
      this.#bound(validTo)
    } else this.#ending.delete(row)
    this.#show(row, validTo > this.#now, facts)
    this.#past = null
  }

  /** Whether it is the present that is looked at. */
  isPresent(visibility: Visibility): boolean {
    return visibility === this.#present
  }

  /** `end`: rows in use, row 0 included. */
  at(asOf: AsOf, end: number, facts: RowFacts): Visibility {
    return isPresent(asOf) ? this.#presentAt(asOf.valid, facts) : this.#pastAt(asOf, end, facts)
  }

  /** Another number whenever rows changed, or the present shows others than before. */
  get changes(): number {
    return this.#changes
  }

  /** Whether it is the present that is asked for, and it shows what it showed last. */
  stands(asOf: AsOf): boolean {
    return isPresent(asOf) && !this.#isBeyond(asOf.valid)
  }

  /** Whether a look at an instant would make rows appear in the present, or disappear from it. */
  moves(asOf: AsOf): boolean {
    return isPresent(asOf) && this.#isBeyond(asOf.valid)
  }

  /** Lends the present. */
  lend(walk: LendingWalk): void {
    this.#present.lend(walk)
  }

  get bytes(): number {
    return this.#present.bytes + (this.#past?.visibility.bytes ?? 0) + this.#ending.size * 40
  }

  /** Nothing ends between `#from` and `#until`, so that most answers need no look at the rows that end. */
  #presentAt(now: number, facts: RowFacts): Visibility {
    const moved = this.#isBeyond(now)
    this.#now = now
    if (!moved) return this.#present
    this.#changes++
    this.#from = Number.NEGATIVE_INFINITY
    this.#until = Number.POSITIVE_INFINITY
    for (const row of this.#ending) {
      const validTo = this.#intervals.validTo(row, null)
      this.#bound(validTo)
      this.#show(row, validTo > now, facts)
    }
    return this.#present
  }

  #isBeyond(now: number): boolean {
    return now < this.#from || now >= this.#until
  }

  #show(row: number, visible: boolean, facts: RowFacts): void {
    const before = row >= this.#rows || this.#present.mask[row] === 1
    this.#rows = Math.max(this.#rows, row + 1)
    this.#present.set(row, visible, facts)
    if (visible !== before) this.#turned(row, visible)
  }

  #bound(validTo: number): void {
    if (validTo > this.#now) this.#until = Math.min(this.#until, validTo)
    else this.#from = Math.max(this.#from, validTo)
  }

  #pastAt(asOf: AsOf, end: number, facts: RowFacts): Visibility {
    const kept = this.#past
    if (kept !== null && sameInstants(kept.asOf, asOf)) return kept.visibility
    const mask = new Uint8Array(end)
    const occurredAt = this.#occurredAt.data
    const latest = asOf.validAsked ? asOf.valid : Number.POSITIVE_INFINITY
    for (let row = 1; row < end; row++) {
      if (occurredAt[row]! <= latest && this.#intervals.validTo(row, asOf.known) > asOf.valid) mask[row] = 1
    }
    const visibility = new Visibility()
    visibility.show(mask, facts)
    this.#past = { asOf, visibility }
    return visibility
  }
}

const isPresent = (asOf: AsOf): boolean => asOf.known === null && !asOf.validAsked

const sameInstants = (a: AsOf, b: AsOf): boolean =>
  a.valid === b.valid && a.validAsked === b.validAsked && a.known === b.known
