import type { Pool } from 'pg'
import type { DeadLetter } from '../../../domain/long-term/changes.ts'
import { positionNumber } from '../../long-term/position-number.ts'
import type { FollowedBuild } from '../live-build.ts'
import { quotedName } from '../quoted-name.ts'
import { queryRows } from '../row-query.ts'
import { DEAD_LETTER_SELECT, deadLetterOf } from './dead-letter-rows.ts'

/** Dead letters behind (partition, offset), in that order; begin with (0, −1). */
export async function listDeadLetters(
  pool: Pool,
  followed: FollowedBuild,
  after: { readonly partition: number; readonly offset: number },
  limit: number,
): Promise<readonly DeadLetter[]> {
  const { schema } = followed.current
  const text = `select ${DEAD_LETTER_SELECT} from ${quotedName(schema)}.dead_letters
    where position > $1 order by position limit $2`
  const values = [positionNumber(after.partition, after.offset), limit]
  return (await queryRows(pool, { name: `${schema}:dead-letters`, text }, values)).map(deadLetterOf)
}
