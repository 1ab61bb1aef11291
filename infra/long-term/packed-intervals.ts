import type { Interval } from '../../domain/memory.ts'

type Flat = ReadonlyArray<number | null>

/**
 * Intervals as they stand in their row: one flat JSON array, three numbers each. They are read and written only with
 * their row and nearly always one, so a table of their own would cost a second lookup per memory; text keeps them
 * readable with `sqlite3`, and one value has one text, which the state hash needs.
 */
export const packIntervals = (intervals: readonly Interval[]): string =>
  `[${intervals.map(({ knownFrom, knownTo, validTo }) => `${knownFrom},${knownTo},${validTo}`).join(',')}]`

export function unpackIntervals(packed: string): readonly Interval[] {
  const flat: Flat = JSON.parse(packed)
  const intervals: Interval[] = []
  for (let i = 0; i + 2 < flat.length; i += 3) {
    intervals.push({ knownFrom: flat[i] ?? 0, knownTo: flat[i + 1] ?? null, validTo: flat[i + 2] ?? null })
  }
  return intervals
}
