import type { RankingProfile } from '../../../domain/command.ts'
import { matchesFilter } from '../../../domain/filter/matches-filter.ts'
import type { IndexedMemory } from '../../../domain/recall/indexed-memory.ts'
import type { Profile } from '../../../domain/recall/profile.ts'
import type { RecallHit, RecallQuery } from '../../../domain/recall/recall-request.ts'
import {
  CANDIDATES,
  calibrations,
  profileWeights,
  type RecallWeights,
  WORD_SIGNALS,
} from '../../../domain/recall/recall-weights.ts'
import { referenceGain } from './reference-bm25.ts'
import { type Asked, askReference, bm25, sum } from './reference-query.ts'
import { coveredIdf, referenceSignals, type Values } from './reference-signals.ts'
import { holds, type ReferenceTurn, windowOf } from './reference-store.ts'

/** The slow, plain meaning of `RecallIndex.recall`: the same hits, bit for bit. */
export function referenceRecall(
  memories: readonly IndexedMemory[],
  request: RecallQuery,
  configured: RankingProfile = 'auto',
): RecallHit[] {
  const asked = askReference(memories, request)
  const profile = configured === 'auto' ? looksLike(asked.turns) : configured
  const weights = profileWeights[profile].words
  const eligible = asked.turns.filter(({ memory }) => request.filter === null || matchesFilter(memory, request.filter))
  const candidates = widen(bestTurns(asked, eligible), eligible, asked.turns)
  const values = referenceSignals(candidates, asked)
  const ranked = candidates
    .map((turn, i) => ({ turn, values: values[i]!, sum: sumOf(values[i]!, weights) }))
    .sort((a, b) => b.sum - a.sum || a.turn.memory.offset - b.turn.memory.offset)
  const evidence = ranked.length === 0 ? { coverage: 0, information: 0 } : evidenceOf(ranked[0]!.turn, asked)
  return ranked
    .map(({ turn, values: signals, sum: all }) => ({ ...hitOf(turn, { all, evidence, profile }), signals }))
    .filter((hit) => hit.score >= (request.minScore ?? 0))
    .slice(0, request.k)
    .map(({ signals, ...hit }) => (request.explain ? { ...hit, signals: explained(signals, weights) } : hit))
}

function looksLike(turns: readonly ReferenceTurn[]): Profile {
  const spoken = turns.filter(({ memory }) => memory.author !== null && memory.runId !== null).length
  return spoken >= turns.length / 2 ? 'dialogue' : 'notes'
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

const sumOf = (values: Values, weights: RecallWeights): number =>
  sum(WORD_SIGNALS.map((name) => weights[name] * values[name]))

function evidenceOf(turn: ReferenceTurn, asked: Asked): Likelihood['evidence'] {
  const { terms, idf, turns, windowNorm } = asked
  const all = sum(terms.map((term) => idf.get(term)!))
  if (all === 0) return { coverage: 0, information: 0 }
  const self = sum(terms.map((term) => referenceGain(idf.get(term)!, 1, terms.length, windowNorm)))
  const held = sum(terms.map((term) => (holds(turn, term) > 0 ? idf.get(term)! : 0)))
  return {
    coverage: (coveredIdf(turn, asked) / all + bm25(windowOf(turn, turns), asked, windowNorm) / self) / 2,
    information: held / Math.log(1 + (turns.length + 0.5) / 0.5),
  }
}

interface Likelihood {
  readonly all: number
  readonly evidence: { readonly coverage: number; readonly information: number }
  readonly profile: Profile
}

function hitOf({ memory }: ReferenceTurn, { all, evidence, profile }: Likelihood): RecallHit {
  const { sum: perSum, coverage, information, bias } = calibrations[profile].words
  const odds = perSum * all + coverage * evidence.coverage + information * evidence.information + bias
  return { memoryId: memory.memoryId, offset: memory.offset, score: 1 / (1 + Math.exp(-odds)) }
}

function explained(values: Values, weights: RecallWeights): NonNullable<RecallHit['signals']> {
  const reports = WORD_SIGNALS.map((name) => {
    const weight = weights[name]
    return [name, { value: values[name], weight, contribution: values[name] * weight }] as const
  })
  return Object.fromEntries(reports) as NonNullable<RecallHit['signals']>
}
