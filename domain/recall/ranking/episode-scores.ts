import { gain, normOf } from '../bm25.ts'
import type { VisibleRows } from '../columns/visibility.ts'
import { episodeBm25 } from '../recall-weights.ts'
import type { Turns } from './turns.ts'

/** BM25 of each candidate's whole episode, its visible turns as one document; a turn without a run is its own. */
export function episodeScores(turns: Turns, visibility: VisibleRows): Float64Array {
  const { query, counts, runs, runOf } = turns
  const norm = normOf(episodeBm25, visibility.episodes === 0 ? 0 : visibility.length / visibility.episodes)
  const width = query.terms.length
  const score = (held: Uint16Array | Uint32Array, at: number, length: number): number => {
    let sum = 0
    for (let t = 0; t < width; t++) {
      const count = held[at + t]!
      if (count > 0) sum += gain(query.terms[t]!.idf, count, length, norm)
    }
    return sum
  }
  const runScores = runs.map((code, run) => score(counts.runTerms, run * width, visibility.episodeLength(code)))
  const scores = new Float64Array(turns.candidates + 1)
  for (let turn = 1; turn <= turns.candidates; turn++) {
    const run = runOf[turn]!
    scores[turn] = run >= 0 ? runScores[run]! : score(counts.terms, turn * width, turns.length[turn]!)
  }
  return scores
}
