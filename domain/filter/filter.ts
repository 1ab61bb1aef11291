import type { JsonPrimitive } from '../json.ts'

/** A parsed filter over a memory's fields. `docs/reference/filters.md` is its grammar. */
export type Filter =
  | { readonly op: 'and'; readonly of: readonly Filter[] }
  | { readonly op: 'or'; readonly of: readonly Filter[] }
  | { readonly op: 'not'; readonly of: Filter }
  | { readonly op: 'in'; readonly field: string; readonly values: readonly JsonPrimitive[] }
  | {
      readonly op: 'compare'
      readonly field: string
      readonly than: '$gt' | '$gte' | '$lt' | '$lte'
      readonly value: string | number
    }
  | { readonly op: 'exists'; readonly field: string; readonly wanted: boolean }
