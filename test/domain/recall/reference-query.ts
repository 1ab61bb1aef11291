import type { IndexedMemory } from '../../../domain/recall/indexed-memory.ts'
import type { RecallQuery } from '../../../domain/recall/recall-request.ts'
import { episodeBm25, pairBm25, turnBm25 } from '../../../domain/recall/recall-weights.ts'
import { type AnalysedQuery, analyseQuery } from '../../../domain/text/analyse-query.ts'
import { type ReferenceNorm, referenceGain, referenceIdf } from './reference-bm25.ts'
import { holds, type ReferenceTurn, referenceText, visibleTurns, windowOf } from './reference-store.ts'

/** A query against a store, in terms of whole lists: no postings, no columns, nothing kept between queries. */
export interface Asked {
  readonly query: AnalysedQuery
  /** Those that name no author first. */
  readonly terms: readonly string[]
  /** Names of the authors that the query is about. */
  readonly subjects: readonly string[]
  readonly turns: readonly ReferenceTurn[]
  readonly idf: ReadonlyMap<string, number>
  readonly turnNorm: ReferenceNorm
  readonly windowNorm: ReferenceNorm
  readonly episodeNorm: ReferenceNorm
  readonly pairNorm: ReferenceNorm
}

export function askReference(memories: readonly IndexedMemory[], { query, asOf }: RecallQuery): Asked {
  const turns = visibleTurns(memories, asOf)
  const analysed = analyseQuery(query, asOf.valid, referenceText.lexicon, referenceText.calendar)
  const isName = (term: string): boolean => turns.some((turn) => turn.names.includes(term))
  const terms = [...analysed.terms.filter((term) => !isName(term)), ...analysed.terms.filter(isName)]
  const firstName = analysed.terms.find(isName)
  const holding = (term: string): number => turns.filter((turn) => holds(turn, term) > 0).length
  const total = turns.reduce((sum, turn) => sum + turn.length, 0)
  const mean = turns.length === 0 ? 0 : total / turns.length
  const windows = turns.reduce((sum, turn) => sum + windowOf(turn, turns).length, 0)
  const episodes = new Set(turns.map((turn) => turn.memory.runId ?? turn)).size
  return {
    query: analysed,
    terms,
    subjects: analysed.terms.filter((term, i) => isName(term) && (term === firstName || analysed.joined.includes(i))),
    turns,
    idf: new Map(terms.map((term) => [term, referenceIdf(turns.length, holding(term))])),
    turnNorm: { ...turnBm25, meanLength: mean },
    windowNorm: { ...turnBm25, meanLength: turns.length === 0 ? 0 : mean * (windows / turns.length) },
    episodeNorm: { ...episodeBm25, meanLength: episodes === 0 ? 0 : total / episodes },
    pairNorm: { ...pairBm25, meanLength: mean },
  }
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)
export const most = (numbers: readonly number[]): number => numbers.reduce((all, one) => Math.max(all, one), 0)

/** BM25 of several turns as one document. */
export function bm25(document: readonly ReferenceTurn[], { terms, idf }: Asked, norm: ReferenceNorm): number {
  const length = sum(document.map((turn) => turn.length))
  const counts = terms.map((term) => sum(document.map((turn) => holds(turn, term))))
  return sum(terms.map((term, t) => (counts[t]! > 0 ? referenceGain(idf.get(term)!, counts[t]!, length, norm) : 0)))
}
