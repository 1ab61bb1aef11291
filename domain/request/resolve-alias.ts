import { invalidField } from '../problem.ts'

/**
 * The value of a field that goes by several names, `undefined` when none is there. Two names with different values are
 * refused: which of them is meant cannot be told.
 */
export function resolveAlias<T>(prefix: string, named: Readonly<Record<string, T | undefined>>): T | undefined {
  let first: { readonly name: string; readonly value: T } | null = null
  for (const [name, value] of Object.entries(named)) {
    if (value === undefined) continue
    if (first === null) first = { name, value }
    else if (value !== first.value) {
      const field = `${prefix}${name}`
      throw invalidField(
        field,
        `\`${field}\` and \`${prefix}${first.name}\` are two names of one field and differ`,
        `only one of ${Object.keys(named).join(', ')}`,
      )
    }
  }
  return first?.value
}
