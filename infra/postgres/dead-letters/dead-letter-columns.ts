import type { DeadLetterState, RecordAddress } from '../../long-term/listed-dead-letter.ts'
import { offsetOfPosition, partitionOfPosition } from '../../long-term/position-number.ts'
import { quotedName } from '../quoted-name.ts'

/** The dead letters of a build, each with what was done about it last. */
export const deadLettersWithActions = (schema: string): string => `${quotedName(schema)}.dead_letters as letter
  left join lateral (
    select action, operator, acted_at, appended from somabrain.dead_letter_actions as taken
    where taken.position = letter.position and taken.record_hash = sha256(letter.record_value)
    order by id desc limit 1
  ) as done on true`

export interface ActionColumns {
  readonly action: 'retried' | 'dropped' | null
  readonly operator: string
  readonly acted_at: Date
  readonly appended: string | null
}

export function stateOf({ action, operator, acted_at: at, appended }: ActionColumns): DeadLetterState {
  switch (action) {
    case null:
      return { state: 'open' }
    case 'dropped':
      return { state: 'dropped', operator, at }
    case 'retried':
      return { state: 'retried', operator, at, appended: addressOf(Number(appended)) }
  }
}

export const addressOf = (position: number): RecordAddress => ({
  partition: partitionOfPosition(position),
  offset: offsetOfPosition(position),
})
