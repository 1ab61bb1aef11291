import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import type { FullDeadLetter, RecordAddress } from '../../long-term/listed-dead-letter.ts'
import { positionNumber } from '../../long-term/position-number.ts'

export type DeadLetterAction =
  | { readonly action: 'dropped'; readonly operator: string }
  | { readonly action: 'retried'; readonly operator: string; readonly appended: RecordAddress }

/** Writes down who did what about a dead letter, and when. What was written before stays. */
export async function recordAction(
  pool: Pool,
  { partition, offset, value }: FullDeadLetter,
  done: DeadLetterAction,
): Promise<void> {
  const appended = done.action === 'retried' ? positionNumber(done.appended.partition, done.appended.offset) : null
  await pool.query(
    `insert into somabrain.dead_letter_actions (position, record_hash, action, operator, appended)
     values ($1, $2, $3, $4, $5)`,
    [
      positionNumber(partition, offset),
      createHash('sha256').update(value).digest(),
      done.action,
      done.operator,
      appended,
    ],
  )
}
