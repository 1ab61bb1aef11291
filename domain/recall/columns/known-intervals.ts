import type { Interval } from '../../memory.ts'
import type { AsOf } from '../indexed-memory.ts'
import { growableF64, growableU16, growableU32 } from './growable.ts'
import type { IndexArchive } from './index-archive.ts'

const FIELDS = 3
const MOST = 0xffff

/** The known intervals of each row: (known from, known to, valid to) in one column, +∞ for what is open. */
export class KnownIntervals {
  readonly #times = growableF64()
  readonly #starts = growableU32()
  readonly #counts = growableU16()
  #end = 0

  /** Replaces a row's intervals. They only ever grow in number, by one or two at a time. */
  set(row: number, intervals: readonly Interval[]): void {
    // Of a row that changed more often than any should, the oldest knowledge goes.
    const kept = intervals.slice(-MOST)
    if (kept.length > (this.#counts.data[row] ?? 0)) {
      this.#starts.set(row, this.#end)
      this.#end += kept.length
    }
    this.#counts.set(row, kept.length)
    let at = this.#starts.data[row]! * FIELDS
    for (const { knownFrom, knownTo, validTo } of kept) {
      this.#times.set(at++, knownFrom)
      this.#times.set(at++, knownTo ?? Number.POSITIVE_INFINITY)
      this.#times.set(at++, validTo ?? Number.POSITIVE_INFINITY)
    }
  }

  /** 0 only for what was erased. */
  count(row: number): number {
    return this.#counts.data[row] ?? 0
  }

  /** Until when the row is valid by what was known at `known` (`null`: is known now); −∞ when it was not known. */
  validTo(row: number, known: AsOf['known']): number {
    const times = this.#times.data
    const count = this.#counts.data[row] ?? 0
    const start = this.#starts.data[row]!
    for (let i = count - 1; i >= 0; i--) {
      const at = (start + i) * FIELDS
      const stands = known === null ? times[at + 1] === Number.POSITIVE_INFINITY : knows(times, at, known)
      if (stands) return times[at + 2]!
      if (known === null) break
    }
    return Number.NEGATIVE_INFINITY
  }

  archive(archive: IndexArchive, end: number): void {
    this.#end = archive.number('end', this.#end)
    archive.column('times', this.#times, this.#end * FIELDS)
    archive.column('starts', this.#starts, end)
    archive.column('counts', this.#counts, end)
  }

  get bytes(): number {
    return this.#times.bytes + this.#starts.bytes + this.#counts.bytes
  }
}

const knows = (times: Float64Array, at: number, known: number): boolean => times[at]! <= known && known < times[at + 1]!
