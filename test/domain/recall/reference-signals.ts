import type { WordSignalName } from '../../../domain/recall/recall-weights.ts'
import * as traits from '../../../domain/text/analyse-text.ts'
import { TOPICS, type Topic } from '../../../domain/text/topics.ts'
import { referenceGain } from './reference-bm25.ts'
import { type Asked, bm25, most, sum } from './reference-query.ts'
import { episodeOf, holds, neighbourOf, type ReferenceTurn, windowOf } from './reference-store.ts'

export type Values = Record<WordSignalName, number>

export function referenceSignals(candidates: readonly ReferenceTurn[], asked: Asked): Values[] {
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
  const asksItself = has(turn, traits.ENDS_IN_QUESTION)
  const around = topicsOf(windowOf(turn, turns).map(({ text }) => text.topics))
  const askedTopics = topicsOf([query.topics])
  const met = query.dates.filter((date) => turn.dates.has(date)).length
  return {
    window: bm25(windowOf(turn, turns), asked, asked.windowNorm),
    episode: bm25(episodeOf(turn, turns), asked, asked.episodeNorm),
    coverage: known === 0 ? 0 : coveredIdf(turn, asked) / known,
    answers: answered ? bm25([before], asked, asked.turnNorm) : 0,
    follows: Number(answered && !asksItself),
    speaker: speakerOf(turn, asked),
    subject: Number(turn.names.some((name) => asked.subjects.includes(name))),
    question: Number(asksItself),
    short: 1 - Math.min(new Set(turn.text.stems).size, 10) / 10,
    dates: query.dates.length === 0 ? 0 : met / query.dates.length,
    time: Number(query.asksWhen && has(turn, traits.TELLS_TIME)),
    number: Number(query.asksNumber && has(turn, traits.TELLS_NUMBER)),
    name: Number(query.asksName && has(turn, traits.NAMES_SOMETHING)),
    pairs: pairsOf(turn, asked),
    topic: shareOf(askedTopics, topicsOf([turn.text.topics])),
    topicAround: shareOf(askedTopics, around),
  }
}

/** By their names, one digit of a bit mask at a time. */
const topicsOf = (masks: readonly number[]): readonly Topic[] =>
  TOPICS.filter((_, i) => masks.some((mask) => Math.floor(mask / 2 ** i) % 2 === 1))

const shareOf = (wanted: readonly Topic[], met: readonly Topic[]): number =>
  wanted.length === 0 ? 0 : wanted.filter((topic) => met.includes(topic)).length / wanted.length

const has = (turn: ReferenceTurn, trait: number): boolean => (turn.text.traits & trait) !== 0

export function coveredIdf(turn: ReferenceTurn, { terms, idf, turns }: Asked): number {
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
    return count > 0 ? referenceGain(idf.get(first)! + idf.get(second)!, count, turn.length, pairNorm) : 0
  })
  return sum(gains)
}
