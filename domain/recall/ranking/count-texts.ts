import { MENTIONED, TERM } from '../columns/documents.ts'
import { COUNT_BITS, MAX_COUNT, placeOf } from '../columns/posting-pool.ts'
import type { RowColumns } from '../columns/row-columns.ts'
import type { QueryTerm } from '../query-terms.ts'
import type { TurnScratch } from './turn-scratch.ts'
import type { TurnSet } from './turn-set.ts'

/** How often texts hold the terms of a query. */
export interface TextCounts {
  /** Turn × term. */
  readonly terms: Uint16Array
  /** Index of the run × term: over the visible turns of the episode. */
  readonly runTerms: Uint32Array
}

/** A posting leads to other places of memory; the terms of a text stand side by side. */
const POSTING_COST = 3

/** What counting reads of the turns. */
export interface CountedTurns extends Pick<TurnSet, 'rows' | 'runs' | 'visible'> {
  readonly query: { readonly terms: ReadonlyArray<Pick<QueryTerm, 'code'>> }
  readonly columns: Pick<RowColumns, 'documents' | 'episodes' | 'run' | 'length'>
}

/**
 * Counts the query's terms in the texts of the turns and of their episodes: in whichever is shorter, the texts or the
 * terms' postings. Episodes have some dozens of turns mostly, and postings are as long as the store is large; but all of
 * a store may be one episode.
 */
export function countTexts(turns: CountedTurns, counts: TextCounts, scratch: TurnScratch): void {
  const { postings } = turns.columns.documents
  const cells = turns.query.terms.reduce((sum, { code }) => sum + postings.count(code), 0)
  if (haveMoreTerms(turns, cells * POSTING_COST)) countByPostings(turns, counts, scratch)
  else countByTexts(turns, counts, scratch)
}

/** Whether the texts of the turns and of their episodes have more terms than `most`. */
function haveMoreTerms({ rows, runs, columns }: CountedTurns, most: number): boolean {
  let left = most
  for (const row of rows) left -= columns.length[row]!
  for (const run of runs) {
    for (const row of columns.episodes.rows(run)) {
      left -= columns.length[row]!
      if (left < 0) return true
    }
  }
  return left < 0
}

export function countByPostings(turns: CountedTurns, counts: TextCounts, scratch: TurnScratch): void {
  const { query, columns, visible } = turns
  const { postings } = columns.documents
  const width = query.terms.length
  const [turnNumbers, runNumbers, runOfRow] = [scratch.turns, scratch.runs, columns.run]
  for (const [t, { code }] of query.terms.entries()) {
    postings.pieces(code, 0, (address, count) => {
      const block = postings.block(address)
      const place = placeOf(address)
      for (let i = place; i < place + count; i++) {
        const row = block[i]! >>> COUNT_BITS
        if (visible[row] === 0) continue
        const held = block[i]! & MAX_COUNT
        const turn = turnNumbers[row]!
        if (turn !== 0) counts.terms[(turn - 1) * width + t] = held
        const run = runNumbers[runOfRow[row]!]!
        if (run !== 0) counts.runTerms[(run - 1) * width + t]! += held
      }
    })
  }
}

export function countByTexts(turns: CountedTurns, counts: TextCounts, scratch: TurnScratch): void {
  const { query, rows } = turns
  const width = query.terms.length
  for (const [t, { code }] of query.terms.entries()) if (code !== 0) scratch.terms[code] = t + 1
  for (let turn = 1; turn < rows.length; turn++)
    countText(turns, rows[turn]!, scratch.terms, counts.terms, turn * width)
  countRuns(turns, counts, scratch)
  for (const { code } of query.terms) scratch.terms[code] = 0
}

function countRuns({ query, columns, runs, visible }: CountedTurns, counts: TextCounts, scratch: TurnScratch): void {
  const width = query.terms.length
  const held = new Uint16Array(width)
  for (const [run, code] of runs.entries()) {
    for (const row of columns.episodes.rows(code)) {
      if (visible[row] === 0) continue
      const turn = scratch.turns[row]!
      if (turn === 0) {
        held.fill(0)
        countText({ columns }, row, scratch.terms, held, 0)
      }
      const [from, at] = turn === 0 ? [held, 0] : [counts.terms, (turn - 1) * width]
      for (let t = 0; t < width; t++) counts.runTerms[run * width + t]! += from[at + t]!
    }
  }
}

/** As postings have them: without the dates that the text mentions, and counts up to MAX_COUNT. */
function countText(
  { columns }: Pick<CountedTurns, 'columns'>,
  row: number,
  numbers: Uint16Array,
  out: Uint16Array,
  at: number,
): void {
  const { tokens } = columns.documents
  const count = tokens.count(row)
  if (count === 0) return
  const block = tokens.block(row)
  const from = tokens.offset(row)
  for (let i = from; i < from + count; i++) {
    const token = block[i]!
    const number = numbers[token & TERM]!
    if (number !== 0 && token < MENTIONED && out[at + number - 1]! < MAX_COUNT) out[at + number - 1]!++
  }
}
