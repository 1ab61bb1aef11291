/** What a word may say about the sentence that it stands in, as bits. */
export const NUMBER = 1
export const FIRST_PERSON = 2
/** Names a time, alone or with its neighbours. */
export const TEMPORAL = 4
/** May begin or end a date that the text states or implies. */
export const DATE_CLUE = 8

export const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const

const months = new Map<string, number>(MONTHS.map((name, i) => [name, i]))
for (const [i, name] of MONTHS.entries()) if (i !== 4) months.set(name.slice(0, 3), i)
months.delete('mar')
months.set('sept', 8)
const weekdays = new Map<string, number>(WEEKDAYS.map((name, i) => [name, i]))
for (const [i, short] of ['', 'mon', 'tue', 'wed', 'thu', 'fri', ''].entries()) if (short !== '') weekdays.set(short, i)
weekdays.set('tues', 2).set('thur', 4).set('thurs', 4)

const numbers = new Map<string, number>(
  'zero one two three four five six seven eight nine ten eleven twelve'.split(' ').map((word, i) => [word, i]),
)
const otherNumbers = new Set(
  `thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
  hundred thousand million billion dozen couple several once twice thrice first second third`.split(/\s+/),
)
const firstPersons = new Set(
  "i me my mine myself we us our ours ourselves i'm i've i'd i'll we're we've we'd we'll im ive".split(' '),
)
const clues = new Set(
  'yesterday tomorrow ago last next previous past following day days week weeks weekend month months year years tonight'.split(
    ' ',
  ),
)
const temporals = new Set(
  `yesterday tomorrow tonight ago last next week weeks weekend weekends month months year years`.split(/\s+/),
)

/** 0–11, or −1. */
export const monthOf = (word: string): number => months.get(word) ?? -1
/** 0 (Sunday)–6, or −1. */
export const weekdayOf = (word: string): number => weekdays.get(word) ?? -1
const year = /^(?:19|20)\d\d$/
export const yearOf = (word: string): number => (year.test(word) ? Number(word) : -1)
const ordinal = /^([12]?\d|3[01])(?:st|nd|rd|th)?$/
/** A day of the month, 1–31 (`8`, `8th`), or −1. */
export function dayOf(word: string): number {
  const found = ordinal.exec(word)
  return found === null || Number(found[1]) === 0 ? -1 : Number(found[1])
}

/** How many a word counts, as far as dates need it, or −1. */
export function countOf(word: string): number {
  if (word === 'a' || word === 'an') return 1
  if (word === 'couple') return 2
  return numbers.get(word) ?? (/^\d{1,3}$/.test(word) ? Number(word) : -1)
}

export function classesOf(word: string): number {
  const calendar = monthOf(word) >= 0 || weekdayOf(word) >= 0 || yearOf(word) >= 0
  let bits = 0
  if (/\d/.test(word) || numbers.has(word) || otherNumbers.has(word)) bits |= NUMBER
  if (firstPersons.has(word)) bits |= FIRST_PERSON
  if (calendar || temporals.has(word)) bits |= TEMPORAL
  if (calendar || clues.has(word)) bits |= DATE_CLUE
  return bits
}

/** Of a language whose words for times and numbers are not known here: only figures tell. */
export function classesOfAnyLanguage(word: string): number {
  if (!/\p{Nd}/u.test(word)) return 0
  return yearOf(word) >= 0 ? NUMBER | TEMPORAL | DATE_CLUE : NUMBER
}
