import { INSTANT_EXPECTED, parseInstant } from '../instant.ts'
import { invalidField } from '../problem.ts'

/** Milliseconds of an optional instant, `null` when it is absent. */
export function instantField(field: string, text: string | null | undefined): number | null {
  if (text === undefined || text === null) return null
  const instant = parseInstant(text)
  if (instant === null) {
    throw invalidField(field, `\`${field}\` is not an instant that exists`, INSTANT_EXPECTED)
  }
  return instant
}
