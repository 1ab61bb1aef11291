import { decodePosition } from '../../domain/position.ts'
import { ProblemError } from '../../domain/problem.ts'

/** Whether the position is one of this log is the query side's to say; what cannot be one at all is refused here. */
export function afterField(after: string | null | undefined): string | null {
  if (after === undefined || after === null) return null
  if (after !== 'latest' && decodePosition(after) === null) {
    throw new ProblemError({
      code: 'invalid_position',
      detail: '`after` is no position',
      field: 'after',
      expected: '"latest", or a `position` that this server returned',
    })
  }
  return after
}
