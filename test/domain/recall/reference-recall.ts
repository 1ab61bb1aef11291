import { matchesFilter } from '../../../domain/filter/matches-filter.ts'
import { gain, idfOf, type Norm, normOf } from '../../../domain/recall/bm25.ts'
import type { IndexedMemory } from '../../../domain/recall/indexed-memory.ts'
import { scoreOf } from '../../../domain/recall/rank.ts'
import type { RecallHit, RecallQuery } from '../../../domain/recall/recall-request.ts'
import {
  CANDIDATES,
  episodeBm25,
  pairBm25,
  recallWeights,
  SIGNALS,
  type WordSignalName,
  turnBm25,
} from '../../../domain/recall/recall-weights.ts'
import { type AnalysedQuery, analyseQuery } from '../../../domain/text/analyse-query.ts'
import * as traits from '../../../domain/text/analyse-text.ts'
import {
  episodeOf,
  holds,
  neighbourOf,
  type ReferenceTurn,
  referenceText,
  visibleTurns,
  windowOf,
} from './reference-store.ts'

/** A query against a store, in terms of whole lists: no postings, no columns, nothing kept between queries. */
interface Asked {
  readonly query: AnalysedQuery
  /** Those that name no author first. */
  readonly terms: readonly string[]
  readonly turns: readonly ReferenceTurn[]
  readonly idf: ReadonlyMap<string, number>
  readonly turnNorm: Norm
  readonly windowNorm: Norm
  readonly episodeNorm: Norm
  readonly pairNorm: Norm
}

type Values = Record<WordSignalName, number>

/** The slow, plain meaning of `RecallIndex.recall`: the same hits, bit for bit. */
export function referenceRecall(memories: readonly IndexedMemory[], request: RecallQuery): RecallHit[] {
  const asked = ask(memories, request)
  const eligible = asked.turns.filter(({ memory }) => request.filter === null || matchesFilter(memory, request.filter))
  const candidates = widen(bestTurns(asked, eligible), eligible, asked.turns)
  const values = signalsOf(candidates, asked)
  const ranked = candidates
    .map((turn, i) => ({ turn, values: values[i]!, sum: sumOf(values[i]!) }))
    .sort((a, b) => b.sum - a.sum || a.turn.memory.offset - b.turn.memory.offset)
  const evidence = ranked.length === 0 ? 0 : evidenceOf(ranked[0]!.turn, asked)
  return ranked
    .map(({ turn, values: signals, sum }) => hitOf(turn, signals, scoreOf(sum, evidence), request.explain))
    .filter((hit) => hit.score >= (request.minScore ?? 0))
    .slice(0, request.k)
}

function ask(memories: readonly IndexedMemory[], { query, asOf }: RecallQuery): Asked {
  const turns = visibleTurns(memories, asOf)
  const analysed = analyseQuery(query, asOf.valid, referenceText.lexicon, referenceText.calendar)
  const isName = (term: string): boolean => turns.some((turn) => turn.names.includes(term))
  const terms = [...analysed.terms.filter((term) => !isName(term)), ...analysed.terms.filter(isName)]
  const holding = (term: string): number => turns.filter((turn) => holds(turn, term) > 0).length
  const total = turns.reduce((sum, turn) => sum + turn.length, 0)
  const mean = turns.length === 0 ? 0 : total / turns.length
  const windows = turns.reduce((sum, turn) => sum + windowOf(turn, turns).length, 0)
  const episodes = new Set(turns.map((turn) => turn.memory.runId ?? turn)).size
  return {
    query: analysed,
    terms,
    turns,
    idf: new Map(terms.map((term) => [term, idfOf(turns.length, holding(term))])),
    turnNorm: normOf(turnBm25, mean),
    windowNorm: normOf(turnBm25, turns.length === 0 ? 0 : mean * (windows / turns.length)),
    episodeNorm: normOf(episodeBm25, episodes === 0 ? 0 : total / episodes),
    pairNorm: normOf(pairBm25, mean),
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)
const most = (numbers: readonly number[]): number => numbers.reduce((all, one) => Math.max(all, one), 0)

/** BM25 of several turns as one document. */
function bm25(document: readonly ReferenceTurn[], { terms, idf }: Asked, norm: Norm): number {
  const length = sum(document.map((turn) => turn.length))
  const counts = terms.map((term) => sum(document.map((turn) => holds(turn, term))))
  return sum(terms.map((term, t) => (counts[t]! > 0 ? gain(idf.get(term)!, counts[t]!, length, norm) : 0)))
}

function bestTurns(asked: Asked, eligible: readonly ReferenceTurn[]): ReferenceTurn[] {
  const touched = eligible.filter((turn) => asked.terms.some((term) => turn.counts.has(term)))
  const named = eligible.filter((turn) => asked.terms.some((term) => holds(turn, term) > 0))
  const scored = (touched.length < CANDIDATES ? named : touched).map((turn) => ({
    turn,
    score: bm25([turn], asked, asked.turnNorm),
  }))
  scored.sort((a, b) => b.score - a.score || a.turn.memory.offset - b.turn.memory.offset)
  return scored.slice(0, CANDIDATES).map(({ turn }) => turn)
}

function widen(
  best: readonly ReferenceTurn[],
  eligible: readonly ReferenceTurn[],
  turns: readonly ReferenceTurn[],
): ReferenceTurn[] {
  const near = new Set(best.flatMap((turn) => windowOf(turn, turns)))
  return eligible.filter((turn) => near.has(turn))
}

function signalsOf(candidates: readonly ReferenceTurn[], asked: Asked): Values[] {
  const raw = candidates.map((turn) => rawSignals(turn, asked))
  const bestTurn = most(candidates.map((turn) => bm25([turn], asked, asked.turnNorm)))
  const top = (name: WordSignalName): number => most(raw.map((values) => values[name]))
  const relative = { window: top('window'), episode: top('episode'), answers: bestTurn, pairs: top('pairs') }
  return raw.map((values) => {
    const divided: Values = { ...values }
    for (const name of ['window', 'episode', 'answers', 'pairs'] as const) {
      if (relative[name] > 0) divided[name] = values[name] / relative[name]
    }
    return divided
  })
}

function rawSignals(turn: ReferenceTurn, asked: Asked): Values {
  const { query, turns } = asked
  const before = neighbourOf(turn, -1, turns)
  const answered = before !== null && has(before, traits.ENDS_IN_QUESTION)
  const known = sum(asked.terms.map((term) => (turns.some((one) => holds(one, term) > 0) ? asked.idf.get(term)! : 0)))
  const met = query.dates.filter((date) => turn.dates.has(date)).length
  return {
    window: bm25(windowOf(turn, turns), asked, asked.windowNorm),
    episode: bm25(episodeOf(turn, turns), asked, asked.episodeNorm),
    coverage: known === 0 ? 0 : coveredIdf(turn, asked) / known,
    answers: answered ? bm25([before], asked, asked.turnNorm) : 0,
    speaker: speakerOf(turn, asked),
    question: Number(has(turn, traits.ENDS_IN_QUESTION)),
    short: 1 - Math.min(new Set(turn.text.stems).size, 10) / 10,
    dates: query.dates.length === 0 ? 0 : met / query.dates.length,
    time: Number(query.asksWhen && has(turn, traits.TELLS_TIME)),
    number: Number(query.asksNumber && has(turn, traits.TELLS_NUMBER)),
    name: Number(query.asksName && has(turn, traits.NAMES_SOMETHING)),
    pairs: pairsOf(turn, asked),
  }
}

const has = (turn: ReferenceTurn, trait: number): boolean => (turn.text.traits & trait) !== 0

function coveredIdf(turn: ReferenceTurn, { terms, idf, turns }: Asked): number {
  const before = neighbourOf(turn, -1, turns)
  const read = before !== null && has(before, traits.HOLDS_QUESTION) ? [turn, before] : [turn]
  return sum(terms.map((term) => (read.some((one) => holds(one, term) > 0) ? idf.get(term)! : 0)))
}

function speakerOf(turn: ReferenceTurn, { terms, turns }: Asked): number {
  const named = (one: ReferenceTurn): boolean => one.names.some((name) => terms.includes(name))
  const authors = new Set(turns.filter(named).map((one) => one.memory.author))
  if (!named(turn) || !has(turn, traits.SPEAKS_OF_ITSELF)) return 0
  return authors.size === 1 ? 1 : 0.5
}

function pairsOf(turn: ReferenceTurn, { query, idf, pairNorm }: Asked): number {
  const { stems } = turn.text
  const gains = query.pairs.map(([a, b]) => {
    const [first, second] = [query.terms[a]!, query.terms[b]!]
    const count = stems.filter((stem, i) => stem === first && stems[i + 1] === second).length
    return count > 0 ? gain(idf.get(first)! + idf.get(second)!, count, turn.length, pairNorm) : 0
  })
  return sum(gains)
}

const sumOf = (values: Values): number => sum(SIGNALS.map((name) => recallWeights[name] * values[name]))

function evidenceOf(turn: ReferenceTurn, asked: Asked): number {
  const { terms, idf, turns, windowNorm } = asked
  const all = sum(terms.map((term) => idf.get(term)!))
  if (all === 0) return 0
  const self = sum(terms.map((term) => gain(idf.get(term)!, 1, terms.length, windowNorm)))
  return (coveredIdf(turn, asked) / all + bm25(windowOf(turn, turns), asked, windowNorm) / self) / 2
}

function hitOf({ memory }: ReferenceTurn, values: Values, score: number, explain: boolean): RecallHit {
  const hit = { memoryId: memory.memoryId, offset: memory.offset, score }
  if (!explain) return hit
  const reports = SIGNALS.map((name) => {
    const weight = recallWeights[name]
    return [name, { value: values[name], weight, contribution: values[name] * weight }]
  })
  return { ...hit, signals: Object.fromEntries(reports) }
}
