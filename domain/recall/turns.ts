import { CALENDAR, MENTIONED, TERM } from './documents.ts'
import type { QueryTerms } from './query-terms.ts'
import { REACH } from './recall-weights.ts'
import type { RowColumns } from './row-columns.ts'

/** Neighbours of a turn. */
export const AROUND = 2 * REACH

/** What is kept from query to query, all zero in between. */
export class TurnScratch {
  /** 1 + local number by row. */
  numbers = new Uint32Array(1024)
  /** 1 + index of the query's term by term code. */
  slots = new Uint8Array(1024)

  reserve(rows: number, terms: number): void {
    if (rows > this.numbers.length) this.numbers = new Uint32Array(rows + (rows >>> 1))
    if (terms > this.slots.length) this.slots = new Uint8Array(terms + (terms >>> 1))
  }
}

/**
 * The candidates of a query and the turns around them, by local number. Number 0 is the turn that is not there: it
 * holds nothing and has no length, so that the ends of an episode need no case of their own.
 */
export class Turns {
  /** Row by local number. */
  readonly rows: number[] = [0]
  /** Numbers 1…candidates are the candidates. */
  readonly candidates: number
  /** Numbers of a candidate's neighbours, AROUND each: nearest first, those before it, then those after it. */
  readonly around: number[] = []
  /** How often turn × term: in its text, its date and its author's name. */
  readonly counts: Uint16Array
  /** How often turn × pair of neighbouring terms. */
  readonly pairCounts: Uint16Array
  /** Whether turn × date of the query: it occurred then, or speaks of it. */
  readonly dates: Uint8Array
  /** Terms of a turn. */
  readonly length: Float64Array
  /** Bits of analyse-text.ts. */
  readonly traits: Uint8Array
  readonly query: QueryTerms
  readonly columns: RowColumns
  readonly #visible: Uint8Array

  /** `best`: rows to begin with; those around them join when they are `eligible`. */
  constructor(
    best: readonly number[],
    eligible: Uint8Array,
    visible: Uint8Array,
    query: QueryTerms,
    columns: RowColumns,
    scratch: TurnScratch,
  ) {
    this.query = query
    this.columns = columns
    this.#visible = visible
    scratch.reserve(columns.end, columns.documents.terms.codes)
    scratch.numbers[0] = 1
    this.candidates = this.#gather(best, eligible, scratch.numbers)
    for (const row of this.rows) scratch.numbers[row] = 0
    const { length } = this.rows
    this.counts = new Uint16Array(length * query.terms.length)
    this.pairCounts = new Uint16Array(length * query.pairs.length)
    this.dates = new Uint8Array(length * query.asked.dates.length)
    this.length = Float64Array.from(this.rows, (row) => columns.length[row]!)
    this.traits = Uint8Array.from(this.rows, (row) => columns.documents.traits.data[row]!)
    this.#count(scratch.slots)
  }

  /** The number of the turn before a candidate, or 0. */
  before(turn: number): number {
    return this.around[turn * AROUND]!
  }

  author(turn: number): number {
    return this.columns.author[this.rows[turn]!]!
  }

  /** Numbers the candidates, then what else stands around them. Returns how many are candidates. */
  #gather(best: readonly number[], eligible: Uint8Array, numbers: Uint32Array): number {
    const near = new Uint32Array(AROUND)
    for (const row of best) this.#number(row, numbers)
    for (const row of best) {
      this.#near(row, near)
      for (const other of near) if (eligible[other] === 1) this.#number(other, numbers)
    }
    const candidates = this.rows.length - 1
    for (let i = 0; i < AROUND; i++) this.around.push(0)
    for (let turn = 1; turn <= candidates; turn++) {
      this.#near(this.rows[turn]!, near)
      for (const other of near) this.around.push(this.#number(other, numbers))
    }
    return candidates
  }

  #number(row: number, numbers: Uint32Array): number {
    if (numbers[row] === 0) numbers[row] = this.rows.push(row)
    return numbers[row]! - 1
  }

  /** Visible rows before, nearest first, then after; 0 where there is none. */
  #near(row: number, near: Uint32Array): void {
    const { episodes, run } = this.columns
    const episode = run[row]!
    let [before, after] = [row, row]
    for (let i = 0; i < REACH; i++) {
      before = episodes.neighbour(before, episode, -1, this.#visible)
      after = episodes.neighbour(after, episode, 1, this.#visible)
      near[i] = before
      near[REACH + i] = after
    }
  }

  #count(slots: Uint8Array): void {
    const { terms, pairs, plain } = this.query
    for (const [t, term] of terms.entries()) if (term.code !== 0) slots[term.code] = t + 1
    const pairOf = new Map(pairs.map(([a, b], p) => [a * terms.length + b, p]))
    for (let turn = 1; turn < this.rows.length; turn++) this.#countTokens(turn, slots, pairOf)
    for (let t = plain; t < terms.length; t++) {
      const bearers = new Set(terms[t]!.authors)
      for (let turn = 1; turn < this.rows.length; turn++) {
        if (bearers.has(this.author(turn))) this.counts[turn * terms.length + t]!++
      }
    }
    for (const term of terms) slots[term.code] = 0
  }

  #countTokens(turn: number, slots: Uint8Array, pairOf: ReadonlyMap<number, number>): void {
    const { tokens } = this.columns.documents
    const { terms } = this.query
    const row = this.rows[turn]!
    const block = tokens.block(row)
    const from = tokens.offset(row)
    const end = from + tokens.count(row)
    let previous = -1
    for (let i = from; i < end; i++) {
      const token = block[i]!
      const slot = slots[token & TERM]! - 1
      if (slot >= 0) {
        if (token < MENTIONED) this.counts[turn * terms.length + slot]!++
        if (token >= CALENDAR) this.#meetDate(turn, terms[slot]!.date)
        else if (previous >= 0) this.#countPair(turn, pairOf.get(previous * terms.length + slot))
      }
      previous = slot
    }
  }

  #countPair(turn: number, pair: number | undefined): void {
    if (pair !== undefined) this.pairCounts[turn * this.query.pairs.length + pair]!++
  }

  #meetDate(turn: number, date: number): void {
    if (date >= 0) this.dates[turn * this.query.asked.dates.length + date] = 1
  }
}
