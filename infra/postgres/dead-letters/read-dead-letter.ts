import type { Pool } from 'pg'
import type { FullDeadLetter, RecordAddress } from '../../long-term/listed-dead-letter.ts'
import { positionNumber } from '../../long-term/position-number.ts'
import { type ActionColumns, deadLettersWithActions, stateOf } from './dead-letter-columns.ts'

interface Row extends ActionColumns {
  readonly key: Buffer
  readonly value: Buffer
  readonly reason: string
}

/** A dead letter of a build with its bytes, or `null` when the build set nothing aside there. */
export async function readDeadLetter(
  pool: Pool,
  schema: string,
  { partition, offset }: RecordAddress,
): Promise<FullDeadLetter | null> {
  const { rows } = await pool.query<Row>(
    `select record_key as key, record_value as value, reason, action, operator, acted_at, appended
     from ${deadLettersWithActions(schema)} where letter.position = $1`,
    [positionNumber(partition, offset)],
  )
  const [row] = rows
  if (row === undefined) return null
  const { key, value, reason } = row
  return { partition, offset, key, value, reason, bytes: key.length + value.length, became: stateOf(row) }
}
