import type { Filter } from '../../filter/filter.ts'
import { compares } from '../../filter/matches-filter.ts'
import type { JsonPrimitive } from '../../json.ts'
import type { ValueDictionary } from './value-dictionary.ts'

export type LeafFilter = Extract<Filter, { op: 'in' | 'compare' | 'exists' }>

const PASSES = 1
const FAILS = 2

/** Whether the value of a code passes; a comparison is made once per value, not once per row. */
export function codeTest(
  dictionary: ValueDictionary<string> | ValueDictionary<JsonPrimitive>,
  filter: LeafFilter,
): (code: number) => boolean {
  if (filter.op === 'exists') return () => true
  if (filter.op === 'in') {
    const wanted = new Set(filter.values.map((value) => dictionary.code(value)))
    wanted.delete(0)
    const [only] = wanted
    return wanted.size === 1 ? (code) => code === only : (code) => wanted.has(code)
  }
  const verdicts = new Uint8Array(dictionary.codes)
  return (code) => {
    if (verdicts[code] === 0) verdicts[code] = compares(dictionary.value(code) ?? null, filter) ? PASSES : FAILS
    return verdicts[code] === PASSES
  }
}
