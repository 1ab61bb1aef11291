import type { RowColumns } from '../columns/row-columns.ts'
import type { QueryTerms } from '../query-terms.ts'

/**
 * The candidates of a query and the turns around them, by local number. Number 0 is the turn that is not there: it
 * holds nothing and has no length, so that the ends of an episode need no case of their own.
 */
export interface TurnSet {
  /** Row by local number. */
  readonly rows: readonly number[]
  /** Numbers 1…candidates are the candidates. */
  readonly candidates: number
  /** Runs of the candidates, each once. */
  readonly runs: readonly number[]
  readonly query: QueryTerms
  readonly columns: RowColumns
  readonly visible: Uint8Array
  /** Code of a turn's author, 0 for none. */
  author(turn: number): number
}
