import type { JsonPrimitive } from '../json.ts'
import { type FilterableMemory, fieldValues } from './field-values.ts'
import type { Filter } from './filter.ts'

type Compare = Extract<Filter, { op: 'compare' }>

/** The plain meaning of a filter. A field matches when any of its elements does; `null` also stands for an absent field. */
export function matchesFilter(memory: FilterableMemory, filter: Filter): boolean {
  switch (filter.op) {
    case 'and':
      return filter.of.every((part) => matchesFilter(memory, part))
    case 'or':
      return filter.of.some((part) => matchesFilter(memory, part))
    case 'not':
      return !matchesFilter(memory, filter.of)
    case 'exists':
      return (fieldValues(memory, filter.field) !== null) === filter.wanted
    case 'in': {
      const values = fieldValues(memory, filter.field)
      if (values === null) return filter.values.includes(null)
      return values.some((value) => filter.values.includes(value))
    }
    case 'compare':
      return (fieldValues(memory, filter.field) ?? []).some((value) => compares(value, filter))
  }
}

/** Numbers compare with numbers, strings with strings (by UTF-16 code units); anything else does not compare. */
export function compares(value: JsonPrimitive, { than, value: bound }: Compare): boolean {
  if (typeof value !== typeof bound || value === null || typeof value === 'boolean') return false
  switch (than) {
    case '$gt':
      return value > bound
    case '$gte':
      return value >= bound
    case '$lt':
      return value < bound
    case '$lte':
      return value <= bound
  }
}
