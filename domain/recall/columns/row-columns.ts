import type { Episodes } from './episodes.ts'
import type { Texts } from './texts.ts'
import type { RowFacts } from './visibility.ts'

/** What ranking reads of the rows; taken anew for each query, since columns move when they grow. */
export interface RowColumns extends RowFacts {
  readonly documents: Texts
  readonly episodes: Episodes
  readonly offset: Float64Array
  /** Rows in use, row 0 included. */
  readonly end: number
  /** Above every code of a term. */
  readonly terms: number
}
