import { dateTermsOf } from './analyse-text.ts'
import type { Calendar } from './calendar.ts'
import type { Lexicon, WordEntry } from './lexicon.ts'
import { DATE_CLUE } from './word-classes.ts'
import { wordsOf } from './words.ts'

export interface AnalysedQuery {
  /** Distinct terms: stems in order of first appearance, then what `dates` adds to them. */
  readonly terms: readonly string[]
  /** Distinct pairs of neighbouring stems, as indexes into `terms`. */
  readonly pairs: ReadonlyArray<readonly [number, number]>
  /** Calendar terms of the dates that the query states or implies. */
  readonly dates: readonly string[]
  /** Indexes of the terms that an "and" joins to what stands before, or all of them when the query says "both". */
  readonly joined: readonly number[]
  /** What it is about: bits of topics.ts. */
  readonly topics: number
  readonly asksWhen: boolean
  readonly asksNumber: boolean
  readonly asksName: boolean
}

/** A longer query is asked by its first distinct terms. */
export const MAX_TERMS = 96

/** `at` (milliseconds): the instant that "yesterday" and the like are relative to. */
export function analyseQuery(query: string, at: number, lexicon: Lexicon, calendar: Calendar): AnalysedQuery {
  const { texts } = wordsOf(query)
  const entries = texts.map((text) => lexicon.entry(text))
  const stems = entries.flatMap((entry) => (entry.stem === null ? [] : [entry.stem]))
  const dated = entries.some((entry) => (entry.classes & DATE_CLUE) !== 0)
  const dates = dated ? dateTermsOf(texts, at, calendar) : []
  const terms = [...new Set([...stems, ...dates])].slice(0, MAX_TERMS)
  return {
    terms,
    pairs: pairsOf(stems, terms),
    dates,
    joined: joinedOf(entries, texts, terms),
    topics: entries.reduce((bits, entry) => bits | entry.topics, 0) >>> 0,
    asksWhen: asks(texts, whenWords, whenPairs),
    asksNumber: asks(texts, none, numberPairs),
    asksName: asks(texts, nameWords, none),
  }
}

function pairsOf(stems: readonly string[], terms: readonly string[]): Array<readonly [number, number]> {
  const pairs = new Map<string, readonly [number, number]>()
  for (let i = 0; i + 1 < stems.length; i++) {
    const pair = [terms.indexOf(stems[i]!), terms.indexOf(stems[i + 1]!)] as const
    if (pair[0] !== pair[1] && pair[0] >= 0 && pair[1] >= 0) pairs.set(pair.join(), pair)
  }
  return [...pairs.values()]
}

function joinedOf(entries: readonly WordEntry[], texts: readonly string[], terms: readonly string[]): number[] {
  if (texts.includes('both')) return terms.map((_, i) => i)
  const joined = entries.flatMap(({ stem }, i) =>
    stem !== null && texts[i - 1] === 'and' ? [terms.indexOf(stem)] : [],
  )
  return joined.filter((term) => term >= 0)
}

const none: ReadonlySet<string> = new Set()
const whenWords = new Set(['when'])
const whenPairs = new Set([
  'what date',
  'what day',
  'what time',
  'what year',
  'what month',
  'which date',
  'which day',
  'which year',
  'which month',
  'how long',
])
const numberPairs = new Set([
  'how many',
  'how much',
  'how often',
  'how old',
  'how long',
  'how far',
  'how big',
  'how tall',
])
const nameWords = new Set(['who', 'whom', 'whose', 'where', "who's", "where's"])
const questionWords = new Set([...nameWords, 'what', "what's", 'which', 'when', "when's", 'why', 'how', "how's"])

/**
 * In "How do I stop when it fails?" and "What did the friend who moved say?" the second question word begins a clause and
 * asks for nothing, unless "and" or "or" joins it to the first.
 */
function asks(texts: readonly string[], single: ReadonlySet<string>, pairs: ReadonlySet<string>): boolean {
  const first = texts.findIndex((text) => questionWords.has(text))
  return texts.some((text, i) => {
    if (pairs.has(`${text} ${texts[i + 1] ?? ''}`)) return true
    return single.has(text) && (i === first || texts[i - 1] === 'and' || texts[i - 1] === 'or')
  })
}
