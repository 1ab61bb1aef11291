import {
  ENDS_IN_QUESTION,
  HOLDS_QUESTION,
  NAMES_SOMETHING,
  SPEAKS_OF_ITSELF,
  TELLS_NUMBER,
  TELLS_TIME,
} from '../../text/analyse-text.ts'
import { gain, type Norm } from '../bm25.ts'
import { FULL_TURN } from '../recall-weights.ts'
import { AROUND, type Turns } from './turns.ts'

/** BM25 of a turn by itself. */
export function turnScore(turns: Turns, turn: number, norm: Norm): number {
  const { terms } = turns.query
  const length = turns.length[turn]!
  let score = 0
  for (let t = 0; t < terms.length; t++) {
    const count = turns.counts.terms[turn * terms.length + t]!
    if (count > 0) score += gain(terms[t]!.idf, count, length, norm)
  }
  return score
}

/** BM25 of a candidate and REACH turns on each side as one document. */
export function windowScore(turns: Turns, turn: number, norm: Norm): number {
  const { terms } = turns.query
  const { around } = turns
  const counts = turns.counts.terms
  const first = turn * AROUND
  let length = turns.length[turn]!
  for (let i = first; i < first + AROUND; i++) length += turns.length[around[i]!]!
  let score = 0
  for (let t = 0; t < terms.length; t++) {
    let count = counts[turn * terms.length + t]!
    for (let i = first; i < first + AROUND; i++) count += counts[around[i]! * terms.length + t]!
    if (count > 0) score += gain(terms[t]!.idf, count, length, norm)
  }
  return score
}

/** BM25 of pairs of neighbouring stems; a pair is as rare as its rarer half. */
export function pairScore(turns: Turns, turn: number, norm: Norm): number {
  const { pairs, terms } = turns.query
  const length = turns.length[turn]!
  let score = 0
  for (let p = 0; p < pairs.length; p++) {
    const count = turns.counts.pairs[turn * pairs.length + p]!
    const [a, b] = pairs[p]!
    if (count > 0) score += gain(terms[a]!.idf + terms[b]!.idf, count, length, norm)
  }
  return score
}

/** Sum of the idf of the query's terms that the turn holds, or the turn before it when that one holds a question. */
export function coveredIdf(turns: Turns, turn: number): number {
  const { terms } = turns.query
  const before = turns.before(turn)
  const asked = (turns.traits[before]! & HOLDS_QUESTION) === 0 ? 0 : before
  let covered = 0
  for (let t = 0; t < terms.length; t++) {
    const held = turns.counts.terms[turn * terms.length + t]! + turns.counts.terms[asked * terms.length + t]!
    if (held > 0) covered += terms[t]!.idf
  }
  return covered
}

/** Sum of the idf of the query's terms that the turn holds itself. */
export function heldIdf(turns: Turns, turn: number): number {
  const { terms } = turns.query
  let held = 0
  for (let t = 0; t < terms.length; t++) if (turns.counts.terms[turn * terms.length + t]! > 0) held += terms[t]!.idf
  return held
}

/** BM25 of the turn before, when that one ends in a question. */
export function answersScore(turns: Turns, turn: number, norm: Norm): number {
  const before = turns.before(turn)
  return (turns.traits[before]! & ENDS_IN_QUESTION) === 0 ? 0 : turnScore(turns, before, norm)
}

/** 1 when the query names this author and no other, ½ when it names several, and the turn speaks of itself. */
export function speaks(turns: Turns, turn: number): number {
  const { authors } = turns.query
  if (!authors.has(turns.author(turn)) || !has(turns, turn, SPEAKS_OF_ITSELF)) return 0
  return authors.size === 1 ? 1 : 0.5
}

/** 1 when the query is about this author; names that it mentions besides do not count. */
export const isSubject = (turns: Turns, turn: number): number => Number(turns.query.subjects.has(turns.author(turn)))

/** 1 for a turn that comes after one that ends in a question, and asks none itself: it tells what was asked for. */
export function followsQuestion(turns: Turns, turn: number): number {
  return Number((turns.traits[turns.before(turn)]! & ENDS_IN_QUESTION) !== 0 && !has(turns, turn, ENDS_IN_QUESTION))
}

/** Share of the query's topics that the turn touches; 0 when the query has none. */
export const topicsMet = (turns: Turns, turn: number): number => shareOf(turns.query.asked.topics, turns.topics[turn]!)

/** Share of the query's topics that the turn touches, or those around it. */
export function topicsMetAround(turns: Turns, turn: number): number {
  if (turns.query.asked.topics === 0) return 0
  let topics = turns.topics[turn]!
  for (let i = turn * AROUND; i < (turn + 1) * AROUND; i++) topics |= turns.topics[turns.around[i]!]!
  return shareOf(turns.query.asked.topics, topics)
}

const shareOf = (asked: number, met: number): number => (asked === 0 ? 0 : bitCount(asked & met) / bitCount(asked))

/** Bits set in a 32-bit number, added up in parallel (Warren, Hacker's Delight, 5-1). */
function bitCount(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x5555_5555)
  const nibbles = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333)
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}

export const asksItself = (turns: Turns, turn: number): number => Number(has(turns, turn, ENDS_IN_QUESTION))

export const shortness = (turns: Turns, turn: number): number =>
  1 - turns.columns.documents.distinct.data[turns.rows[turn]!]! / FULL_TURN

/** Share of the query's dates that the turn meets; 0 when the query has none. */
export function datesMet(turns: Turns, turn: number): number {
  const asked = turns.query.asked.dates.length
  let met = 0
  for (let d = 0; d < asked; d++) met += turns.counts.dates[turn * asked + d]!
  return asked === 0 ? 0 : met / asked
}

export const tellsTime = (turns: Turns, turn: number): number =>
  Number(turns.query.asked.asksWhen && has(turns, turn, TELLS_TIME))

export const tellsNumber = (turns: Turns, turn: number): number =>
  Number(turns.query.asked.asksNumber && has(turns, turn, TELLS_NUMBER))

export const tellsName = (turns: Turns, turn: number): number =>
  Number(turns.query.asked.asksName && has(turns, turn, NAMES_SOMETHING))

const has = (turns: Turns, turn: number, trait: number): boolean => (turns.traits[turn]! & trait) !== 0
