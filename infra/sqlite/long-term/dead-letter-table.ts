import type { DatabaseSync } from 'node:sqlite'
import type { DeadLetter } from '../../../domain/long-term/changes.ts'
import { offsetOfPosition, partitionOfPosition, positionNumber } from '../../long-term/position-number.ts'
import { allRows, prepareArrays } from './prepare-arrays.ts'

export function deadLetterInsert(database: DatabaseSync): (letter: DeadLetter) => void {
  const statement = database.prepare(
    `insert into dead_letters (position, record_key, record_value, reason)
     values (:position, :key, :value, :reason)`,
  )
  return ({ partition, offset, key, value, reason }) => {
    statement.run({ position: positionNumber(partition, offset), key, value, reason })
  }
}

type Columns = readonly [position: number, key: Uint8Array, value: Uint8Array, reason: string]

/** Dead letters behind (partition, offset), in that order; begin with (0, −1). */
export type ListDeadLetters = (after: { partition: number; offset: number }, limit: number) => readonly DeadLetter[]

export function deadLetterListing(database: DatabaseSync): ListDeadLetters {
  const statement = prepareArrays(
    database,
    'select position, record_key, record_value, reason from dead_letters where position > ? order by position limit ?',
  )
  return ({ partition, offset }, limit) =>
    allRows<Columns>(statement, positionNumber(partition, offset), limit).map(([position, key, value, reason]) => ({
      partition: partitionOfPosition(position),
      offset: offsetOfPosition(position),
      key,
      value,
      reason,
    }))
}
