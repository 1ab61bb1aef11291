import type { Lexicon } from './lexicon.ts'
import { MONTHS } from './word-classes.ts'

/** A date as far as it is known: a year, a month (0–11), of a year or not, or a day of a month. */
export interface PartialDate {
  readonly year: number | null
  readonly month: number | null
  readonly day: number | null
}

export const MS_PER_DAY = 86_400_000
/** Days that are worked out once each; a store of many years stays below it. */
const MAX_DAYS = 50_000

/** Dates as index terms: the stem of the month, the year, and day-month (`8-5`), in UTC. */
export class Calendar {
  readonly #monthTerms: readonly string[]
  readonly #ofDay = new Map<number, readonly string[]>()

  constructor(lexicon: Lexicon) {
    this.#monthTerms = MONTHS.map((name) => lexicon.entry(name).stem ?? name)
  }

  /** Terms of a date, the most general first. */
  terms(date: PartialDate): string[] {
    const terms: string[] = []
    if (date.year !== null) terms.push(String(date.year))
    if (date.month !== null) terms.push(this.#monthTerms[date.month]!)
    if (date.month !== null && date.day !== null) terms.push(`${date.day}-${date.month + 1}`)
    return terms
  }

  /** Terms of the day that holds an instant (milliseconds). */
  termsOfInstant(instant: number): readonly string[] {
    const day = Math.floor(instant / MS_PER_DAY)
    const known = this.#ofDay.get(day)
    if (known !== undefined) return known
    if (this.#ofDay.size >= MAX_DAYS) this.#ofDay.clear()
    const terms = this.terms(dateOfInstant(day * MS_PER_DAY))
    this.#ofDay.set(day, terms)
    return terms
  }
}

export function dateOfInstant(instant: number): PartialDate {
  const date = new Date(instant)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() }
}
