import { TOPICS, type Topic } from '../text/topics.ts'
import type { Visibility } from './columns/visibility.ts'
import type { Profile } from './profile.ts'
import type { QueryTerms } from './query-terms.ts'

/** How a query is read in a store as it is seen, for whoever asks why. */
export interface QueryReading {
  readonly profile: Profile
  /** Visible memories and, of them, how long they are on average, in terms. */
  readonly memories: number
  readonly meanLength: number
  /** Distinct terms in the order of the query; `memories`: how many visible ones hold it. */
  readonly terms: ReadonlyArray<{ readonly term: string; readonly idf: number; readonly memories: number }>
  /** Those of the terms that are dates. */
  readonly dates: readonly string[]
  readonly topics: readonly Topic[]
  readonly asksWhen: boolean
  readonly asksNumber: boolean
  readonly asksName: boolean
}

export function readingOf({ terms, asked }: QueryTerms, visibility: Visibility, profile: Profile): QueryReading {
  const byText = new Map(terms.map((term) => [term.text, term]))
  const { dates, asksWhen, asksNumber, asksName } = asked
  return {
    profile,
    memories: visibility.rows,
    meanLength: visibility.rows === 0 ? 0 : visibility.length / visibility.rows,
    terms: asked.terms.map((term) => ({ term, idf: byText.get(term)!.idf, memories: byText.get(term)!.holding })),
    dates,
    topics: TOPICS.filter((_, i) => ((asked.topics >>> i) & 1) === 1),
    asksWhen,
    asksNumber,
    asksName,
  }
}
