import { gain, idfOf, type Norm } from '../bm25.ts'
import type { QueryTerms } from '../query-terms.ts'
import type { Calibration } from '../recall-weights.ts'
import { coveredIdf, heldIdf, windowScore } from './signals.ts'
import type { Turns } from './turns.ts'

/** What tells whether a store answers a question at all, on a scale that is the same for every question. */
export interface Evidence {
  /**
   * 0 to about 1: the mean of how much of the query the best candidate covers, by idf, and its window's BM25 over that of
   * the query itself. Terms that nothing holds count in full: they are what tells a question about something else.
   */
  readonly coverage: number
  /**
   * What it holds of the query by itself, in terms that nothing else would hold: short and general questions are half
   * covered anywhere, and many or rare words do not come together by chance.
   */
  readonly information: number
  /** How near the nearest candidate is in meaning, with the turns beside it; 0 where the ranking is by words alone. */
  readonly nearness: number
}

/** Of the best candidate, as far as words tell; `null`: there is none. */
export function evidenceOf(
  turns: Turns,
  best: number | null,
  of: { readonly rows: number; readonly norm: Norm },
): Omit<Evidence, 'nearness'> {
  const { query } = turns
  if (best === null || query.idf === 0) return { coverage: 0, information: 0 }
  return {
    coverage: (coveredIdf(turns, best) / query.idf + windowScore(turns, best, of.norm) / selfScore(query, of.norm)) / 2,
    information: heldIdf(turns, best) / idfOf(of.rows, 0),
  }
}

/** BM25 of the query as a document. */
const selfScore = ({ terms }: QueryTerms, norm: Norm): number =>
  terms.reduce((sum, term) => sum + gain(term.idf, 1, terms.length, norm), 0)

/** 0–1, the same for every query, profile and embedder: how likely the hit is one that the query is about. */
export function scoreOf(sum: number, evidence: Evidence, calibration: Calibration): number {
  const odds =
    calibration.sum * sum +
    calibration.coverage * evidence.coverage +
    calibration.information * evidence.information +
    calibration.nearness * evidence.nearness +
    calibration.bias
  return 1 / (1 + Math.exp(-odds))
}
