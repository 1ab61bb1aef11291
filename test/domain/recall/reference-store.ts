import { intervalKnownAt } from '../../../domain/memory.ts'
import { authorStems } from '../../../domain/recall/authors.ts'
import type { AsOf, IndexedMemory } from '../../../domain/recall/indexed-memory.ts'
import { type AnalysedText, analyseText } from '../../../domain/text/analyse-text.ts'
import { Calendar } from '../../../domain/text/calendar.ts'
import { Lexicon } from '../../../domain/text/lexicon.ts'

/** A memory with all that ranking reads of it, as plain values. */
export interface ReferenceTurn {
  readonly memory: IndexedMemory
  readonly text: AnalysedText
  /** How often it holds each term in its text and date. */
  readonly counts: ReadonlyMap<string, number>
  readonly names: readonly string[]
  /** Calendar terms of when it occurred and of what it speaks of. */
  readonly dates: ReadonlySet<string>
  readonly length: number
}

const lexicon = new Lexicon('en')
const calendar = new Calendar(lexicon)
export const referenceText = { lexicon, calendar }

/** The turns that are visible, by the plain meaning of the instants. */
export function visibleTurns(memories: readonly IndexedMemory[], asOf: AsOf): ReferenceTurn[] {
  return memories.filter((memory) => isVisible(memory, asOf)).map(turnOf)
}

export function isVisible({ intervals, occurredAt }: IndexedMemory, { valid, validAsked, known }: AsOf): boolean {
  const interval = intervalKnownAt(intervals, known)
  if (interval === null || (interval.validTo !== null && interval.validTo <= valid)) return false
  return !validAsked || occurredAt <= valid
}

function turnOf(memory: IndexedMemory): ReferenceTurn {
  const text = analyseText(memory.content, memory.occurredAt, lexicon, calendar)
  const dateTerms = calendar.termsOfInstant(memory.occurredAt)
  const names = memory.author === null ? [] : authorStems(memory.author, lexicon)
  const counts = new Map<string, number>()
  for (const term of [...text.stems, ...dateTerms]) counts.set(term, Math.min((counts.get(term) ?? 0) + 1, 63))
  return {
    memory,
    text,
    counts,
    names,
    dates: new Set([...dateTerms, ...text.dates]),
    length: text.stems.length + dateTerms.length + names.length,
  }
}

const episodes = new WeakMap<readonly ReferenceTurn[], Map<string | null, ReferenceTurn[]>>()

/** The turns of a turn's episode, itself included, in turn order; alone when it has no episode. */
export function episodeOf(turn: ReferenceTurn, turns: readonly ReferenceTurn[]): readonly ReferenceTurn[] {
  if (turn.memory.runId === null) return [turn]
  const byRun = episodes.get(turns) ?? Map.groupBy(inTurnOrder(turns), (other) => other.memory.runId)
  episodes.set(turns, byRun)
  return byRun.get(turn.memory.runId)!
}

const inTurnOrder = (turns: readonly ReferenceTurn[]): ReferenceTurn[] =>
  [...turns].sort((a, b) => a.memory.occurredAt - b.memory.occurredAt || a.memory.offset - b.memory.offset)

/** The turn at a distance in its episode. */
export function neighbourOf(turn: ReferenceTurn, distance: number, turns: readonly ReferenceTurn[]) {
  const episode = episodeOf(turn, turns)
  return episode[episode.indexOf(turn) + distance] ?? null
}

/** The turn and up to two on each side. */
export function windowOf(turn: ReferenceTurn, turns: readonly ReferenceTurn[]): ReferenceTurn[] {
  const near = [-2, -1, 0, 1, 2].map((distance) => neighbourOf(turn, distance, turns))
  return near.filter((other) => other !== null)
}

/** How often a turn holds a term in its text, date or author's name. */
export const holds = (turn: ReferenceTurn, term: string): number =>
  (turn.counts.get(term) ?? 0) + (turn.names.includes(term) ? 1 : 0)
