import type { Texts } from '../columns/texts.ts'

/** The columns that the search reads, by row. */
export interface SearchedRows {
  readonly documents: Texts
  /** 1 for rows that may be hits. */
  readonly eligible: Uint8Array
  readonly author: Uint32Array
  readonly length: Uint16Array
  readonly offset: Float64Array
  /** Rows in use, row 0 included. */
  readonly end: number
  readonly meanLength: number
  /** Above every code of an author. */
  readonly codes: number
}
