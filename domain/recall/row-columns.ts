import type { Documents } from './documents.ts'
import type { Episodes } from './episodes.ts'

/** What ranking reads of the rows; taken anew for each query, since columns move when they grow. */
export interface RowColumns {
  readonly documents: Documents
  readonly episodes: Episodes
  /** Codes by row, 0 for none. */
  readonly run: Uint32Array
  readonly author: Uint32Array
  readonly length: Uint16Array
  readonly offset: Float64Array
  /** Rows in use, row 0 included. */
  readonly end: number
}
