import type { Pool } from 'pg'
import type { ListedDeadLetter, RecordAddress } from '../../long-term/listed-dead-letter.ts'
import { positionNumber } from '../../long-term/position-number.ts'
import { type ActionColumns, addressOf, deadLettersWithActions, stateOf } from './dead-letter-columns.ts'

interface Row extends ActionColumns {
  readonly position: string
  readonly reason: string
  readonly bytes: number
}

/** Dead letters of a build behind an address, in the order of the log; begin with (0, −1). `settled`: also those that are. */
export async function listDeadLettersPage(
  pool: Pool,
  schema: string,
  { after, settled, limit }: { readonly after: RecordAddress; readonly settled: boolean; readonly limit: number },
): Promise<readonly ListedDeadLetter[]> {
  const { rows } = await pool.query<Row>(
    `select letter.position, reason, length(record_key) + length(record_value) as bytes,
       action, operator, acted_at, appended
     from ${deadLettersWithActions(schema)}
     where letter.position > $1 and ($2 or action is null)
     order by letter.position limit $3`,
    [positionNumber(after.partition, after.offset), settled, limit],
  )
  return rows.map((row) => ({
    ...addressOf(Number(row.position)),
    reason: row.reason,
    bytes: row.bytes,
    became: stateOf(row),
  }))
}
