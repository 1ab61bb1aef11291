import type { OutcomeRow } from '../../../domain/outcome.ts'
import { positionNumber } from '../../long-term/position-number.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { OUTCOME_COLUMNS, type OutcomeColumns, outcomeOf } from './outcome-table.ts'
import { allRows, prepareArrays } from './prepare-arrays.ts'
import { scopeTable } from './scope-table.ts'

export interface OutcomeRange {
  /** Outcomes of a partition with offsets in (`after`, `upTo`], in order. */
  between(partition: number, after: number, upTo: number): readonly OutcomeRow[]
  close(): void
}

const CACHE_BYTES = 1 << 20

/** What records came to, by position: long-term memory's word for the folds that follow it. */
export function openOutcomeRange(file: string): OutcomeRange {
  const database = openForReading(file, CACHE_BYTES)
  const scopes = scopeTable(database)
  const statement = prepareArrays(
    database,
    `select ${OUTCOME_COLUMNS} from outcomes where position > ? and position <= ? order by position`,
  )
  return {
    between: (partition, after, upTo) =>
      allRows<OutcomeColumns>(statement, positionNumber(partition, after), positionNumber(partition, upTo)).map(
        (columns) => outcomeOf(columns, scopes),
      ),
    close: () => database.close(),
  }
}
