import type { Pool } from 'pg'
import type { OutcomeRow } from '../../../domain/outcome.ts'
import { positionNumber } from '../../long-term/position-number.ts'
import type { FollowedBuild } from '../live-build.ts'
import { quotedName } from '../quoted-name.ts'
import { queryRows } from '../row-query.ts'
import { OUTCOME_SELECT, outcomeOf } from './outcome-rows.ts'

/** Outcomes of a partition with offsets in (`after`, `upTo`], in order: long-term's word for the folds that follow it. */
export async function readOutcomes(
  pool: Pool,
  followed: FollowedBuild,
  partition: number,
  after: number,
  upTo: number,
): Promise<readonly OutcomeRow[]> {
  const { schema } = followed.current
  const text = `select ${OUTCOME_SELECT} from ${quotedName(schema)}.outcomes
    where position > $1 and position <= $2 order by position`
  const values = [positionNumber(partition, after), positionNumber(partition, upTo)]
  return (await queryRows(pool, { name: `${schema}:outcomes-between`, text }, values)).map(outcomeOf)
}
