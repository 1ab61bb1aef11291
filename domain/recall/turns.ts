import { CALENDAR, MENTIONED, TERM } from './documents.ts'
import type { QueryTerms } from './query-terms.ts'
import { REACH } from './recall-weights.ts'
import type { RowColumns } from './row-columns.ts'

/**
 * The candidates of a query and the turns around them, by local number. Number 0 is the turn that is not there: it
 * holds nothing and has no length, so that the ends of an episode need no case of their own.
 */
export class Turns {
  /** Row by local number. */
  readonly rows: number[] = [0]
  /** Numbers 1…candidates are the candidates. */
  readonly candidates: number
  /** Numbers of a candidate's neighbours: nearest first, those before it, then those after it. */
  readonly around: Int32Array
  /** How often turn × term: in its text, its date and its author's name. */
  readonly counts: Uint16Array
  /** How often turn × pair of neighbouring terms. */
  readonly pairCounts: Uint16Array
  /** Whether turn × date of the query: it occurred then, or speaks of it. */
  readonly dates: Uint8Array
  readonly query: QueryTerms
  readonly columns: RowColumns

  constructor(
    best: readonly number[],
    query: QueryTerms,
    columns: RowColumns,
    visible: Uint8Array,
    eligible: Uint8Array,
  ) {
    this.query = query
    this.columns = columns
    const numbers = new Map<number, number>([[0, 0]])
    for (const row of best) this.#number(row, numbers)
    for (const row of best)
      for (const near of this.#near(row, visible)) if (eligible[near] === 1) this.#number(near, numbers)
    this.candidates = this.rows.length - 1
    this.around = new Int32Array(this.rows.length * 2 * REACH)
    for (let turn = 1; turn <= this.candidates; turn++) {
      const near = this.#near(this.rows[turn]!, visible)
      for (const [i, row] of near.entries()) this.around[turn * 2 * REACH + i] = this.#number(row, numbers)
    }
    this.counts = new Uint16Array(this.rows.length * query.terms.length)
    this.pairCounts = new Uint16Array(this.rows.length * query.pairs.length)
    this.dates = new Uint8Array(this.rows.length * query.asked.dates.length)
    this.#countAll()
  }

  length(turn: number): number {
    return this.columns.length[this.rows[turn]!]!
  }

  /** The number of the turn before a candidate, or 0. */
  before(turn: number): number {
    return this.around[turn * 2 * REACH]!
  }

  traits(turn: number): number {
    return this.columns.documents.traits.data[this.rows[turn]!]!
  }

  author(turn: number): number {
    return this.columns.author[this.rows[turn]!]!
  }

  #number(row: number, numbers: Map<number, number>): number {
    const known = numbers.get(row)
    if (known !== undefined) return known
    numbers.set(row, this.rows.length)
    return this.rows.push(row) - 1
  }

  /** 2 · REACH rows: before, nearest first, then after; 0 where there is none. */
  #near(row: number, visible: Uint8Array): number[] {
    const { episodes, run } = this.columns
    const near: number[] = []
    for (const step of [-1, 1] as const) {
      let at = row
      for (let i = 0; i < REACH; i++) {
        at = episodes.neighbour(at, run[row]!, step, visible)
        near.push(at)
      }
    }
    return near
  }

  #countAll(): void {
    const slots = new Map<number, number>()
    for (const [t, term] of this.query.terms.entries()) if (term.code !== 0) slots.set(term.code, t)
    const pairs = new Map(this.query.pairs.map(([a, b], p) => [a * this.query.terms.length + b, p]))
    for (let turn = 1; turn < this.rows.length; turn++) {
      this.#countTokens(turn, slots, pairs)
      this.#countAuthor(turn)
    }
  }

  #countTokens(turn: number, slots: ReadonlyMap<number, number>, pairs: ReadonlyMap<number, number>): void {
    const { tokens } = this.columns.documents
    const { terms } = this.query
    const row = this.rows[turn]!
    const block = tokens.block(row)
    const from = tokens.offset(row)
    const end = from + tokens.count(row)
    let previous = -1
    for (let i = from; i < end; i++) {
      const token = block[i]!
      const slot = slots.get(token & TERM) ?? -1
      if (slot >= 0 && token < MENTIONED) this.counts[turn * terms.length + slot]!++
      if (slot >= 0 && token >= CALENDAR) this.#meetDate(turn, terms[slot]!.date)
      const pair =
        previous >= 0 && slot >= 0 && token < CALENDAR ? pairs.get(previous * terms.length + slot) : undefined
      if (pair !== undefined) this.pairCounts[turn * pairs.size + pair]!++
      previous = slot
    }
  }

  #meetDate(turn: number, date: number): void {
    if (date >= 0) this.dates[turn * this.query.asked.dates.length + date] = 1
  }

  #countAuthor(turn: number): void {
    const { terms, plain } = this.query
    const author = this.author(turn)
    for (let t = plain; t < terms.length; t++) {
      if (terms[t]!.authors.includes(author)) this.counts[turn * terms.length + t]!++
    }
  }
}
