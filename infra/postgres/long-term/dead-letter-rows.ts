import type { DeadLetter } from '../../../domain/long-term/changes.ts'
import { offsetOfPosition, partitionOfPosition, positionNumber } from '../../long-term/position-number.ts'
import type { RawColumn } from '../row-query.ts'
import type { Column } from './column.ts'
import { bytesOf } from './raw-bytes.ts'

export const DEAD_LETTER_COLUMNS: ReadonlyArray<Column<DeadLetter>> = [
  { name: 'position', type: 'int8', of: (row) => positionNumber(row.partition, row.offset) },
  { name: 'record_key', type: 'bytea', of: (row) => row.key },
  { name: 'record_value', type: 'bytea', of: (row) => row.value },
  { name: 'reason', type: 'text', of: (row) => row.reason },
]

export const DEAD_LETTER_SELECT = 'position, record_key, record_value, reason'

type Columns = readonly [position: string, key: string, value: string, reason: string]

export function deadLetterOf(raw: readonly RawColumn[]): DeadLetter {
  const [text, key, value, reason] = raw as Columns
  const position = Number(text)
  return {
    partition: partitionOfPosition(position),
    offset: offsetOfPosition(position),
    key: bytesOf(key),
    value: bytesOf(value),
    reason,
  }
}
