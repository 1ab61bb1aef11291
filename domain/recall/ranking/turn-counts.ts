import { CALENDAR, TERM } from '../columns/documents.ts'
import { countTexts, type TextCounts } from './count-texts.ts'
import type { TurnScratch } from './turn-scratch.ts'
import type { TurnSet } from './turn-set.ts'

/** How often the candidates, what stands around them, and their episodes hold what the query asks for, by their authors' names, too. */
export interface TurnCounts extends TextCounts {
  /** Candidate × pair of neighbouring terms. */
  readonly pairs: Uint16Array
  /** Candidate × date of the query: 1 when it occurred then, or speaks of it. */
  readonly dates: Uint8Array
}

/** `scratch` has the local numbers of the rows and runs. */
export function countTurns(turns: TurnSet, scratch: TurnScratch): TurnCounts {
  const { query, rows, runs, candidates } = turns
  const counts: TurnCounts = {
    terms: new Uint16Array(rows.length * query.terms.length),
    runTerms: new Uint32Array(runs.length * query.terms.length),
    pairs: new Uint16Array((candidates + 1) * query.pairs.length),
    dates: new Uint8Array((candidates + 1) * query.asked.dates.length),
  }
  countTexts(turns, counts, scratch)
  countPairs(turns, counts)
  meetDates(turns, counts)
  if (query.plain < query.terms.length) {
    countAuthors(turns, counts)
    countAuthorsOfRuns(turns, counts)
  }
  return counts
}

function countPairs(turns: TurnSet, counts: TurnCounts): void {
  const { terms, pairs } = turns.query
  for (let p = 0; p < pairs.length; p++) {
    const [a, b] = pairs[p]!
    for (let turn = 1; turn <= turns.candidates; turn++) {
      if (counts.terms[turn * terms.length + a] === 0 || counts.terms[turn * terms.length + b] === 0) continue
      counts.pairs[turn * pairs.length + p] = neighbours(turns, turn, terms[a]!.code, terms[b]!.code)
    }
  }
}

/** How often the second term follows the first in a turn's text. */
function neighbours(turns: TurnSet, turn: number, first: number, second: number): number {
  const { tokens } = turns.columns.documents
  const row = turns.rows[turn]!
  const block = tokens.block(row)
  const end = tokens.offset(row) + tokens.count(row)
  let found = 0
  for (let i = tokens.offset(row) + 1; i < end; i++) if (block[i] === second && block[i - 1] === first) found++
  return found
}

function meetDates(turns: TurnSet, counts: TurnCounts): void {
  const { terms, asked } = turns.query
  const dated = new Map(terms.filter((term) => term.date >= 0).map((term) => [term.code, term.date]))
  if (dated.size === 0) return
  const { tokens } = turns.columns.documents
  for (let turn = 1; turn <= turns.candidates; turn++) {
    const row = turns.rows[turn]!
    const block = tokens.block(row)
    const end = tokens.offset(row) + tokens.count(row)
    for (let i = tokens.offset(row); i < end; i++) {
      const date = block[i]! >= CALENDAR ? dated.get(block[i]! & TERM) : undefined
      if (date !== undefined) counts.dates[turn * asked.dates.length + date] = 1
    }
  }
}

function countAuthors(turns: TurnSet, counts: TurnCounts): void {
  const { terms, plain } = turns.query
  for (let t = plain; t < terms.length; t++) {
    const bearers = new Set(terms[t]!.authors)
    for (let turn = 1; turn < turns.rows.length; turn++) {
      if (bearers.has(turns.author(turn))) counts.terms[turn * terms.length + t]!++
    }
  }
}

function countAuthorsOfRuns(turns: TurnSet, counts: TurnCounts): void {
  const { query, columns, visible } = turns
  const { terms, plain } = query
  for (const [run, code] of turns.runs.entries()) {
    for (const row of columns.episodes.rows(code)) {
      const author = columns.author[row]!
      if (visible[row] === 0 || !query.authors.has(author)) continue
      for (let t = plain; t < terms.length; t++) {
        if (terms[t]!.authors.includes(author)) counts.runTerms[run * terms.length + t]!++
      }
    }
  }
}
