import type { Calendar } from './calendar.ts'
import { datesIn } from './date-mentions.ts'
import type { Lexicon } from './lexicon.ts'
import { DATE_CLUE, FIRST_PERSON, NUMBER, TEMPORAL } from './word-classes.ts'
import { CAPITAL, wordsOf } from './words.ts'

/** Traits of a turn, as bits. */
export const HOLDS_QUESTION = 1
/** A "?" among its last 60 characters. */
export const ENDS_IN_QUESTION = 2
export const SPEAKS_OF_ITSELF = 4
export const TELLS_TIME = 8
export const TELLS_NUMBER = 16
/** A capitalised word inside a sentence. */
export const NAMES_SOMETHING = 32

const ENDING = 60

export interface AnalysedText {
  /** Stems in order, without stop words. */
  readonly stems: readonly string[]
  /** Calendar terms of the dates that the text states or implies. */
  readonly dates: readonly string[]
  readonly traits: number
  /** What it is about: bits of topics.ts. */
  readonly topics: number
}

/** The one analyser of stored texts. `occurredAt` (milliseconds) resolves what is said relative to it. */
export function analyseText(text: string, occurredAt: number, lexicon: Lexicon, calendar: Calendar): AnalysedText {
  const words = wordsOf(text)
  const stems: string[] = []
  let classes = 0
  let traits = 0
  let topics = 0
  for (let i = 0; i < words.texts.length; i++) {
    const entry = lexicon.entry(words.texts[i]!)
    if (entry.stem !== null) stems.push(entry.stem)
    classes |= entry.classes
    topics |= entry.topics
    if (words.marks[i] === CAPITAL && (entry.classes & (FIRST_PERSON | TEMPORAL)) === 0) traits |= NAMES_SOMETHING
  }
  if ((classes & FIRST_PERSON) !== 0) traits |= SPEAKS_OF_ITSELF
  if ((classes & TEMPORAL) !== 0) traits |= TELLS_TIME
  if ((classes & NUMBER) !== 0) traits |= TELLS_NUMBER
  const dates = (classes & DATE_CLUE) === 0 ? [] : dateTermsOf(words.texts, occurredAt, calendar)
  return { stems, dates, traits: traits | questionTraits(text), topics: topics >>> 0 }
}

function questionTraits(text: string): number {
  const at = text.lastIndexOf('?')
  if (at < 0) return 0
  return at >= text.length - ENDING ? HOLDS_QUESTION | ENDS_IN_QUESTION : HOLDS_QUESTION
}

/** Calendar terms of the dates among `words`; `at` resolves what is said relative to it. */
export function dateTermsOf(words: readonly string[], at: number, calendar: Calendar): string[] {
  const terms = new Set<string>()
  for (const date of datesIn(words, at)) for (const term of calendar.terms(date)) terms.add(term)
  return [...terms]
}
