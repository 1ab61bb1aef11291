import { gain, normOf } from './bm25.ts'
import { COUNT_BITS, MAX_COUNT } from './posting-pool.ts'
import { episodeBm25 } from './recall-weights.ts'
import type { Turns } from './turns.ts'
import type { Visibility } from './visibility.ts'

/** BM25 of each candidate's whole episode, its visible turns as one document; a turn without a run is its own. */
export function episodeScores(turns: Turns, visibility: Visibility): Float64Array {
  const { columns, query } = turns
  const norm = normOf(episodeBm25, visibility.episodes === 0 ? 0 : visibility.length / visibility.episodes)
  const counts = episodeCounts(turns, visibility)
  const scores = new Float64Array(turns.candidates + 1)
  const size = query.terms.length
  for (let turn = 1; turn <= turns.candidates; turn++) {
    const run = columns.run[turns.rows[turn]!]!
    const held = counts.get(run) ?? turns.counts.subarray(turn * size, (turn + 1) * size)
    const length = run === 0 ? turns.length[turn]! : visibility.episodeLength(run)
    let score = 0
    for (let t = 0; t < size; t++) if (held[t]! > 0) score += gain(query.terms[t]!.idf, held[t]!, length, norm)
    scores[turn] = score
  }
  return scores
}

/** How often each term occurs in each of the candidates' episodes. */
function episodeCounts(turns: Turns, visibility: Visibility): Map<number, Uint32Array> {
  const { columns, query } = turns
  const counts = new Map<number, Uint32Array>()
  for (let turn = 1; turn <= turns.candidates; turn++) {
    const run = columns.run[turns.rows[turn]!]!
    if (run !== 0 && !counts.has(run)) counts.set(run, new Uint32Array(query.terms.length))
  }
  if (counts.size > 0) countMentions(turns, counts, visibility)
  if (query.plain < query.terms.length) countAuthors(turns, counts, visibility)
  return counts
}

function countMentions(turns: Turns, counts: ReadonlyMap<number, Uint32Array>, visibility: Visibility): void {
  const { columns, query } = turns
  const visible = visibility.mask
  for (const [t, term] of query.terms.entries()) {
    for (let i = term.from; i < term.to; i++) {
      const posting = query.postings[i]!
      const row = posting >>> COUNT_BITS
      const held = visible[row] === 1 ? counts.get(columns.run[row]!) : undefined
      if (held !== undefined) held[t]! += posting & MAX_COUNT
    }
  }
}

function countAuthors(turns: Turns, counts: ReadonlyMap<number, Uint32Array>, visibility: Visibility): void {
  const { columns, query } = turns
  for (const [run, held] of counts) {
    for (const row of columns.episodes.rows(run)) {
      if (visibility.mask[row] === 0) continue
      for (let t = query.plain; t < query.terms.length; t++) {
        if (query.terms[t]!.authors.includes(columns.author[row]!)) held[t]!++
      }
    }
  }
}
