import { MAX_REHEARSALS } from '../memory.ts'
import { LOG2 } from './log2-table.ts'

/** A memory that came seven days later outranks one of twice the importance or rehearsal. */
export const HALF_LIFE_MS = 7 * 24 * 60 * 60 * 1000

const MAX_IMPORTANCE = 1000
const LOG2_OF_ZERO = -16

/** What the priority of a memory depends on. */
export interface PriorityFactors {
  /** Thousandths, 0–1000. */
  readonly importance: number
  /** 1–1024. */
  readonly rehearsals: number
  /** Known time of the `Remember`, milliseconds since 1970. */
  readonly knownAt: number
}

/**
 * log₂(importance) + log₂(rehearsals) + t / half-life. As decaying importance × rehearsal × 2^(−age / half-life) it orders
 * memories the same way at any instant, so no clock is needed.
 */
export function priorityOf({ importance, rehearsals, knownAt }: PriorityFactors): number {
  return log2Importance(importance) + log2Rehearsals(rehearsals) + knownAt / HALF_LIFE_MS
}

function log2Importance(importance: number): number {
  if (importance === 0) return LOG2_OF_ZERO
  if (importance > MAX_IMPORTANCE)
    throw new RangeError(`Importance ${importance} is beyond ${MAX_IMPORTANCE} thousandths`)
  return log2(importance) - log2(MAX_IMPORTANCE)
}

function log2Rehearsals(rehearsals: number): number {
  if (rehearsals > MAX_REHEARSALS) throw new RangeError(`${rehearsals} rehearsals are beyond ${MAX_REHEARSALS}`)
  return log2(rehearsals)
}

function log2(n: number): number {
  const value = LOG2[n - 1]
  if (value === undefined) throw new RangeError(`No logarithm of ${n} in the table`)
  return value
}
