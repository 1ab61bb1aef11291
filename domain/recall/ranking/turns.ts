import type { RowColumns } from '../columns/row-columns.ts'
import type { QueryTerms } from '../query-terms.ts'
import { REACH } from '../recall-weights.ts'
import { countTurns, type TurnCounts } from './turn-counts.ts'
import type { TurnScratch } from './turn-scratch.ts'
import type { TurnSet } from './turn-set.ts'

/** Neighbours of a turn. */
export const AROUND = 2 * REACH

/** The turns of a query, with what they hold of it. */
export class Turns implements TurnSet {
  readonly rows: number[] = [0]
  readonly candidates: number
  /** Numbers of a candidate's neighbours, AROUND each: nearest first, those before it, then those after it. */
  readonly around: number[] = []
  readonly runs: number[] = []
  /** Index of a candidate's run among `runs`, or −1. */
  readonly runOf: number[] = [-1]
  /** Terms of a turn. */
  readonly length: Uint16Array
  /** Bits of analyse-text.ts. */
  readonly traits: Uint8Array
  /** Bits of topics.ts. */
  readonly topics: Uint32Array
  readonly counts: TurnCounts
  readonly query: QueryTerms
  readonly columns: RowColumns
  readonly visible: Uint8Array

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
    this.visible = visible
    scratch.reserve(columns.end, columns.codes, columns.terms)
    this.candidates = this.#gather(best, eligible, scratch.turns)
    this.#gatherRuns(scratch.runs)
    const { rows } = this
    this.length = new Uint16Array(rows.length)
    this.traits = new Uint8Array(rows.length)
    this.topics = new Uint32Array(rows.length)
    for (let turn = 1; turn < rows.length; turn++) {
      this.length[turn] = columns.length[rows[turn]!]!
      this.traits[turn] = columns.documents.traits.data[rows[turn]!]!
      this.topics[turn] = columns.documents.topics.data[rows[turn]!]!
    }
    this.counts = countTurns(this, scratch)
    for (const row of rows) scratch.turns[row] = 0
    for (const run of this.runs) scratch.runs[run] = 0
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
    numbers[0] = 1
    for (const row of best) this.#number(row, numbers)
    for (const row of best) {
      this.#near(row, near)
      for (let i = 0; i < AROUND; i++) if (eligible[near[i]!] === 1) this.#number(near[i]!, numbers)
    }
    const candidates = this.rows.length - 1
    for (let i = 0; i < AROUND; i++) this.around.push(0)
    for (let turn = 1; turn <= candidates; turn++) {
      this.#near(this.rows[turn]!, near)
      for (let i = 0; i < AROUND; i++) this.around.push(this.#number(near[i]!, numbers))
    }
    return candidates
  }

  #number(row: number, numbers: Uint32Array): number {
    if (numbers[row] === 0) numbers[row] = this.rows.push(row)
    return numbers[row]! - 1
  }

  #gatherRuns(numbers: Uint32Array): void {
    for (let turn = 1; turn <= this.candidates; turn++) {
      const run = this.columns.run[this.rows[turn]!]!
      if (run !== 0 && numbers[run] === 0) numbers[run] = this.runs.push(run)
      this.runOf.push(numbers[run]! - 1)
    }
  }

  /** Visible rows before, nearest first, then after; 0 where there is none. */
  #near(row: number, near: Uint32Array): void {
    const { episodes, run } = this.columns
    const episode = run[row]!
    let [before, after] = [row, row]
    for (let i = 0; i < REACH; i++) {
      before = episodes.neighbour(before, episode, -1, this.visible)
      after = episodes.neighbour(after, episode, 1, this.visible)
      near[i] = before
      near[REACH + i] = after
    }
  }
}
