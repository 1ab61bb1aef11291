import type { RankingProfile } from '../../domain/command.ts'
import { RecallIndex } from '../../domain/recall/recall-index.ts'
import type { RecallHit, RecallQuery } from '../../domain/recall/recall-request.ts'
import { ALL_SIGNALS, type SignalName } from '../../domain/recall/recall-weights.ts'
import type { LabelledStore } from './recall-quality-store.ts'

/** Every candidate of a question, with its signals, so that it can be ranked again by other weights. */
export interface AskedQuestion {
  readonly kind: string
  readonly gold: ReadonlySet<number>
  /** Offsets of the candidates, and their signals in the order of ALL_SIGNALS. */
  readonly offsets: readonly number[]
  readonly signals: Float64Array
  /** Calibrated score of the best hit. */
  readonly best: number
}

const NOW = Date.UTC(2030, 0, 1)

export function indexOfStore({ memories }: LabelledStore, profile: RankingProfile): RecallIndex {
  const index = new RecallIndex({ profile })
  for (const memory of memories) index.add(memory)
  return index
}

/** Texts by meaning; `null`: by words alone. */
export type VectorsOfTexts = { of(text: string): Float32Array } | null

/** As the query side embeds a question. */
export const textToEmbed = (index: RecallIndex, question: string): string => index.withoutAuthors(question) ?? question

export const requestOf = (
  index: RecallIndex,
  vectors: VectorsOfTexts,
  { query, k, explain }: Pick<RecallQuery, 'query' | 'k' | 'explain'>,
): RecallQuery => ({
  ...(vectors === null ? {} : { vector: vectors.of(textToEmbed(index, query)) }),
  query,
  k,
  filter: null,
  asOf: { valid: NOW, validAsked: false, known: null },
  minScore: null,
  explain,
})

export function askAll(store: LabelledStore, index: RecallIndex, vectors: VectorsOfTexts): AskedQuestion[] {
  return store.questions.map(({ text, kind, gold }) => {
    const hits = index.recall(requestOf(index, vectors, { query: text, k: store.memories.length, explain: true }))
    const signals = new Float64Array(hits.length * ALL_SIGNALS.length)
    for (const [i, hit] of hits.entries()) {
      for (const [s, name] of ALL_SIGNALS.entries()) signals[i * ALL_SIGNALS.length + s] = signalValue(hit, name)
    }
    return { kind, gold, offsets: hits.map(({ offset }) => offset), signals, best: hits[0]?.score ?? 0 }
  })
}

const signalValue = (hit: RecallHit, name: SignalName): number => hit.signals?.[name]?.value ?? 0

/** Offsets of the candidates as `weights` order them; ties as the index breaks them. */
export function rankedBy(asked: AskedQuestion, weights: Readonly<Partial<Record<SignalName, number>>>): number[] {
  const vector = ALL_SIGNALS.map((name) => weights[name] ?? 0)
  const sums = new Map<number, number>()
  for (const [i, offset] of asked.offsets.entries()) {
    let sum = 0
    for (let s = 0; s < vector.length; s++) sum += vector[s]! * asked.signals[i * vector.length + s]!
    sums.set(offset, sum)
  }
  return [...asked.offsets].sort((a, b) => sums.get(b)! - sums.get(a)! || a - b)
}
