import { dateOfInstant, MS_PER_DAY, type PartialDate } from './calendar.ts'
import { countOf, dayOf, monthOf, weekdayOf, yearOf } from './word-classes.ts'

/**
 * The dates that a text states ("8 May 2023", "May 8th", "in June", "2023-05-08") or implies ("yesterday", "last
 * Friday", "two weeks ago", "next month"), the latter resolved against the instant `at` (milliseconds, UTC).
 * `words`: lower case. A week stands for its month and year.
 */
export function datesIn(words: readonly string[], at: number): PartialDate[] {
  const found: PartialDate[] = []
  for (let i = 0; i < words.length; i++) {
    stated(words, i, found)
    implied(words, i, at, found)
  }
  return found
}

function stated(words: readonly string[], i: number, found: PartialDate[]): void {
  const word = words[i]!
  const year = yearOf(word)
  if (year >= 0) {
    const iso = isoDate(words, i, year)
    found.push(iso ?? { year, month: null, day: null })
  }
  const month = monthOf(word)
  if (month < 0) return
  const before = dayBefore(words, i)
  const after = i + 1 < words.length ? dayOf(words[i + 1]!) : -1
  const day = before >= 0 ? before : after
  found.push({ year: null, month, day: day < 0 ? null : day })
}

/** "8 May", "8th of May". */
function dayBefore(words: readonly string[], i: number): number {
  if (i === 0) return -1
  return words[i - 1] === 'of' && i > 1 ? dayOf(words[i - 2]!) : dayOf(words[i - 1]!)
}

function isoDate(words: readonly string[], i: number, year: number): PartialDate | null {
  const [month, day] = [words[i + 1], words[i + 2]]
  if (month === undefined || day === undefined || !/^\d\d$/.test(month) || !/^\d\d$/.test(day)) return null
  const date = dateOfInstant(Date.UTC(year, Number(month) - 1, Number(day)))
  return date.month === Number(month) - 1 && date.day === Number(day) ? date : null
}

function implied(words: readonly string[], i: number, at: number, found: PartialDate[]): void {
  switch (words[i]) {
    case 'yesterday':
      found.push(dateOfInstant(at - MS_PER_DAY))
      return
    case 'tomorrow':
      found.push(dateOfInstant(at + MS_PER_DAY))
      return
    case 'today':
    case 'tonight':
      found.push(dateOfInstant(at))
      return
    case 'ago':
      ago(words, i, at, found)
      return
    case 'last':
    case 'previous':
    case 'past':
      neighbour(words[i + 1], at, -1, found)
      return
    case 'next':
    case 'following':
      neighbour(words[i + 1], at, 1, found)
      return
  }
}

/** "two weeks ago", "a couple of days ago". */
function ago(words: readonly string[], i: number, at: number, found: PartialDate[]): void {
  if (i < 2) return
  const number = words[i - 2] === 'of' && i > 2 ? words[i - 3]! : words[i - 2]!
  const count = countOf(number)
  if (count >= 0) shifted(words[i - 1]!, at, -count, found)
}

function shifted(unit: string, at: number, count: number, found: PartialDate[]): void {
  switch (unit.replace(/s$/, '')) {
    case 'day':
      found.push(dateOfInstant(at + count * MS_PER_DAY))
      return
    case 'week':
      found.push({ ...dateOfInstant(at + 7 * count * MS_PER_DAY), day: null })
      return
    case 'month':
      found.push(monthsFrom(at, count))
      return
    case 'year':
      found.push({ year: new Date(at).getUTCFullYear() + count, month: null, day: null })
      return
  }
}

/** What "last" (−1) or "next" (1) makes of the word after it. */
function neighbour(word: string | undefined, at: number, way: -1 | 1, found: PartialDate[]): void {
  if (word === undefined) return
  const weekday = weekdayOf(word)
  const month = monthOf(word)
  if (weekday >= 0) found.push(dateOfInstant(weekdayFrom(at, weekday, way)))
  else if (month >= 0) found.push({ year: yearOfNeighbour(at, month, way), month, day: null })
  else if (word === 'night') found.push(dateOfInstant(at + way * MS_PER_DAY))
  else if (word === 'weekend') {
    const saturday = weekdayFrom(at, 6, way)
    found.push(dateOfInstant(saturday), dateOfInstant(saturday + MS_PER_DAY))
  } else shifted(word, at, way, found)
}

/** The nearest such weekday strictly before or after the day of `at`. */
function weekdayFrom(at: number, weekday: number, way: -1 | 1): number {
  const today = new Date(at).getUTCDay()
  const distance = (way * (weekday - today) + 7) % 7 || 7
  return at + way * distance * MS_PER_DAY
}

function monthsFrom(at: number, count: number): PartialDate {
  const date = new Date(at)
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() + count
  return { year: Math.floor(months / 12), month: ((months % 12) + 12) % 12, day: null }
}

function yearOfNeighbour(at: number, month: number, way: -1 | 1): number {
  const date = new Date(at)
  const now = date.getUTCMonth()
  const sameYear = way < 0 ? month < now : month > now
  return date.getUTCFullYear() + (sameYear ? 0 : way)
}
