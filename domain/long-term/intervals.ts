import type { Interval } from '../memory.ts'
import { standing } from '../memory.ts'

/** Nothing is known of it from `knownAt` on. */
export function retire(intervals: readonly Interval[], knownAt: number): readonly Interval[] {
  const last = standing(intervals)
  return last === null ? intervals : [...intervals.slice(0, -1), { ...last, knownTo: knownAt }]
}

/** Known again from `knownAt` on, valid as long as it was when it was retired. */
export function restore(intervals: readonly Interval[], knownAt: number): readonly Interval[] {
  if (standing(intervals) !== null) return intervals
  return [...intervals, { knownFrom: knownAt, knownTo: null, validTo: intervals.at(-1)?.validTo ?? null }]
}

/** From `knownAt` on it is known to have been valid until `validTo` only; a nearer end stays. */
export function endValidity(intervals: readonly Interval[], validTo: number, knownAt: number): readonly Interval[] {
  const last = standing(intervals)
  if (last === null || (last.validTo !== null && last.validTo <= validTo)) return intervals
  const shortened = { knownFrom: knownAt, knownTo: null, validTo }
  const before = intervals.slice(0, -1)
  return last.knownFrom === knownAt ? [...before, shortened] : [...before, { ...last, knownTo: knownAt }, shortened]
}
