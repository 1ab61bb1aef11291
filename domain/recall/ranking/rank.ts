import { type Norm, normOf } from '../bm25.ts'
import type { VisibleFigures, VisibleRows } from '../columns/visibility.ts'
import type { Profile } from '../profile.ts'
import {
  ALL_SIGNALS,
  type Calibration,
  calibrations,
  pairBm25,
  profileWeights,
  type RecallWeights,
  turnBm25,
  UNKNOWN_NEARNESS,
} from '../recall-weights.ts'
import { type DenseSearch, denseSignals } from './dense-signals.ts'
import { episodeScores } from './episode-scores.ts'
import { type Evidence, evidenceOf } from './score.ts'
import {
  answersScore,
  asksItself,
  coveredIdf,
  datesMet,
  followsQuestion,
  isSubject,
  pairScore,
  shortness,
  speaks,
  tellsName,
  tellsNumber,
  tellsTime,
  topicsMet,
  topicsMetAround,
  turnScore,
  windowScore,
} from './signals.ts'
import type { Turns } from './turns.ts'

/** The candidates of a query, ranked. */
export interface Ranking {
  /** Numbers of the best candidates, best first. */
  readonly order: readonly number[]
  /** Candidate × signal, in the order of ALL_SIGNALS. */
  readonly signals: Float64Array
  /** Ranking sum by number. */
  readonly sums: Float64Array
  readonly evidence: Evidence
  /** What a score is made of a sum and the evidence with. */
  readonly calibration: Calibration
  /** What the signals were summed with. */
  readonly weights: RecallWeights
}

/** What the candidates are ranked by. */
export interface RankedBy {
  readonly profile: Profile
  readonly dense: DenseSearch | null
}

const WIDTH = ALL_SIGNALS.length

/** The best `k` of the candidates; ties break by offset, lower first. */
export function rank(turns: Turns, visibility: VisibleRows, k: number, { profile, dense }: RankedBy): Ranking {
  const signals = signalsOf(turns, visibility)
  const byMeaning = dense !== null && addDense(signals, turns, dense)
  const used: RecallWeights = profileWeights[profile][byMeaning ? 'vectors' : 'words']
  const sums = sumsOf(signals, turns.candidates, used)
  const order = bestOf(sums, k)
  const { offset } = turns.columns
  order.sort((a, b) => sums[b]! - sums[a]! || offset[turns.rows[a]!]! - offset[turns.rows[b]!]!)
  return {
    ...{ order: order.slice(0, k), signals, sums, weights: used },
    evidence: {
      ...evidenceOf(turns, order[0] ?? null, { rows: visibility.rows, norm: windowNormOf(visibility) }),
      nearness: byMeaning ? nearestOf(signals, turns, dense) : 0,
    },
    calibration: calibrations[profile][byMeaning ? 'vectors' : 'words'],
  }
}

/** By number; signals that weigh nothing are passed over. */
function sumsOf(signals: Float64Array, candidates: number, used: RecallWeights): Float64Array {
  const weighing = ALL_SIGNALS.flatMap((name, s) => ((used[name] ?? 0) === 0 ? [] : [s]))
  const weights = weighing.map((s) => used[ALL_SIGNALS[s]!]!)
  const sums = new Float64Array(candidates + 1)
  for (let turn = 1; turn <= candidates; turn++) {
    let sum = 0
    for (let i = 0; i < weights.length; i++) sum += weights[i]! * signals[turn * WIDTH + weighing[i]!]!
    sums[turn] = sum
  }
  return sums
}

/** Numbers of at least the k largest sums: sorting them all by offset, too, would cost more than the rest of ranking. */
function bestOf(sums: Float64Array, k: number): number[] {
  const sorted = sums.slice(1).sort()
  const least = sorted[Math.max(0, sorted.length - k)] ?? 0
  const best: number[] = []
  for (let turn = 1; turn < sums.length; turn++) if (sums[turn]! >= least) best.push(turn)
  return best
}

const meanLength = (visibility: VisibleFigures): number =>
  visibility.rows === 0 ? 0 : visibility.length / visibility.rows

/** The mean length of a window is taken as that of a turn times how many turns windows have: no window is measured. */
const windowNormOf = (visibility: VisibleFigures): Norm =>
  normOf(turnBm25, visibility.rows === 0 ? 0 : meanLength(visibility) * (visibility.windowTurns / visibility.rows))

function signalsOf(turns: Turns, visibility: VisibleRows): Float64Array {
  const mean = meanLength(visibility)
  const turnNorm = normOf(turnBm25, mean)
  const windowNorm = windowNormOf(visibility)
  const pairNorm = normOf(pairBm25, mean)
  const episodes = episodeScores(turns, visibility)
  const values = new Float64Array((turns.candidates + 1) * WIDTH)
  const { knownIdf } = turns.query
  let bestTurn = 0
  for (let turn = 1; turn <= turns.candidates; turn++) {
    bestTurn = Math.max(bestTurn, turnScore(turns, turn, turnNorm))
    let at = turn * WIDTH
    values[at++] = windowScore(turns, turn, windowNorm)
    values[at++] = episodes[turn]!
    values[at++] = knownIdf === 0 ? 0 : coveredIdf(turns, turn) / knownIdf
    values[at++] = answersScore(turns, turn, turnNorm)
    values[at++] = followsQuestion(turns, turn)
    values[at++] = speaks(turns, turn)
    values[at++] = isSubject(turns, turn)
    values[at++] = asksItself(turns, turn)
    values[at++] = shortness(turns, turn)
    values[at++] = datesMet(turns, turn)
    values[at++] = tellsTime(turns, turn)
    values[at++] = tellsNumber(turns, turn)
    values[at++] = tellsName(turns, turn)
    values[at++] = pairScore(turns, turn, pairNorm)
    values[at++] = topicsMet(turns, turn)
    values[at++] = topicsMetAround(turns, turn)
  }
  divide(values, ALL_SIGNALS.indexOf('window'), largest(values, ALL_SIGNALS.indexOf('window')))
  divide(values, ALL_SIGNALS.indexOf('episode'), largest(values, ALL_SIGNALS.indexOf('episode')))
  divide(values, ALL_SIGNALS.indexOf('answers'), bestTurn)
  divide(values, ALL_SIGNALS.indexOf('pairs'), largest(values, ALL_SIGNALS.indexOf('pairs')))
  return values
}

/** Returns false when no candidate has a vector. */
function addDense(values: Float64Array, turns: Turns, search: DenseSearch): boolean {
  const dense = denseSignals(turns, search)
  if (dense === null) return false
  const [meaning, context, episode] = (['meaning', 'context', 'meaningOfEpisode'] as const).map((name) =>
    ALL_SIGNALS.indexOf(name),
  ) as [number, number, number]
  for (let turn = 1; turn <= turns.candidates; turn++) {
    values[turn * WIDTH + meaning] = dense.meaning[turn]!
    values[turn * WIDTH + context] = dense.context[turn]!
    values[turn * WIDTH + episode] = dense.episode[turn]!
  }
  return true
}

/**
 * The largest cosine of a candidate with those beside it. Where most candidates have no vector yet, the nearest one of the
 * others tells nothing about the question.
 */
function nearestOf(values: Float64Array, turns: Turns, { vectors }: DenseSearch): number {
  let known = 0
  for (let turn = 1; turn <= turns.candidates; turn++) known += Number(vectors.has(turns.rows[turn]!))
  return 2 * known < turns.candidates ? UNKNOWN_NEARNESS : largest(values, ALL_SIGNALS.indexOf('context'))
}

function largest(values: Float64Array, signal: number): number {
  let most = 0
  for (let at = signal; at < values.length; at += WIDTH) most = Math.max(most, values[at]!)
  return most
}

/** Relative to the query's maximum, since BM25 means nothing across queries. */
function divide(values: Float64Array, signal: number, by: number): void {
  if (by > 0) for (let at = signal; at < values.length; at += WIDTH) values[at]! /= by
}
