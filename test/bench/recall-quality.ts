// How good recall is, in process: node test/bench/recall-quality.ts [labelled dialogues of LoCoMo's shape.json] [--json out.json]
//   [--embedder onnx:FOLDER [--vectors kept-vectors.txt]] [--every 4]     by meaning too; only each fourth package of the documentation
// Known items out of the installed documentation are always asked (profile notes); dialogues when a file of them is given. Prints tables and, last, JSON:
// figures of each kind of data by each profile, what the scores tell (AUC), and what each signal is worth (the figures without it).
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Profile } from '../../domain/recall/profile.ts'
import type { RecallIndex } from '../../domain/recall/recall-index.ts'
import { ALL_SIGNALS, profileWeights, type RecallWeights } from '../../domain/recall/recall-weights.ts'
import { type AskedQuestion, askAll, indexOfStore, rankedBy, requestOf, textToEmbed } from './recall-quality-ask.ts'
import { readDialogues } from './recall-quality-dialogues.ts'
import { auc, type Figures, figuresOf } from './recall-quality-figures.ts'
import { knownItemStores, withoutEpisodes } from './recall-quality-known-items.ts'
import type { LabelledStore } from './recall-quality-store.ts'
import { type BenchVectors, embedded, openBenchVectors } from './recall-quality-vectors.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    embedder: { type: 'string' },
    vectors: { type: 'string', default: join(tmpdir(), 'somabrain-bench-vectors.txt') },
    every: { type: 'string', default: '1' },
  },
})

interface AskedStore {
  readonly store: LabelledStore
  readonly index: RecallIndex
  readonly asked: readonly AskedQuestion[]
}

const PROFILES: readonly Profile[] = ['dialogue', 'notes']

async function measure(name: string, stores: readonly LabelledStore[], vectors: BenchVectors | null) {
  const indexed = (vectors === null ? stores : await embedded(stores, vectors)).map((store) => ({
    store,
    index: indexOfStore(store, 'auto'),
  }))
  await vectors?.prepare(
    indexed.flatMap(({ store, index }, s) => {
      const foreign = foreignQuestions(store, stores[(s + 1) % stores.length]!)
      return [...store.questions.map(({ text }) => text), ...foreign].map((text) => textToEmbed(index, text))
    }),
  )
  const asked = indexed.map(({ store, index }): AskedStore => ({ store, index, asked: askAll(store, index, vectors) }))
  const { profile } = asked[0]!.index.reading(requestOf(asked[0]!.index, null, { query: '', k: 1, explain: true }))
  const ranking = vectors === null ? 'words' : 'vectors'
  const weights = profileWeights[profile][ranking]
  const all = figures(asked, weights)
  const kinds = [...new Set(stores.flatMap(({ questions }) => questions.map(({ kind }) => kind)))]
  const result = {
    name,
    profile,
    ranking,
    all,
    byProfile: Object.fromEntries(PROFILES.map((one) => [one, figures(asked, profileWeights[one][ranking])])),
    byKind: Object.fromEntries(kinds.map((kind) => [kind, figures(asked, weights, kind)])),
    calibration: calibrationOf(asked, vectors),
    without: ablation(asked, weights),
  }
  console.log(`\n${name}: ${all.questions} questions, ranked as ${profile} by ${ranking}`)
  console.table({ [`as ${profile}`]: all, ...prefixed('profile ', result.byProfile), ...result.byKind })
  console.table(prefixed('without ', result.without))
  console.log('best scores of answerable and of foreign questions:', result.calibration)
  return result
}

function figures(stores: readonly AskedStore[], weights: RecallWeights, kind?: string): Figures {
  const ranked = stores.flatMap(({ asked }, s) =>
    asked
      .filter((question) => kind === undefined || question.kind === kind)
      .map((question) => ({
        ranked: rankedBy(question, weights).map((offset) => s * SPREAD + offset),
        gold: new Set([...question.gold].map((offset) => s * SPREAD + offset)),
      })),
  )
  return figuresOf(ranked, (at) => {
    const { runId } = stores[Math.floor(at / SPREAD)]!.store.memories[(at % SPREAD) - 1]!
    return runId ?? `${at}`
  })
}

/** Apart by more than any store holds, so that one number tells store and offset. */
const SPREAD = 1_000_000

/** The figures with one signal out at a time, those that weigh nothing left out. */
function ablation(stores: readonly AskedStore[], weights: RecallWeights): Readonly<Record<string, Figures>> {
  const weighing = ALL_SIGNALS.filter((name) => (weights[name] ?? 0) !== 0)
  return Object.fromEntries(weighing.map((name) => [name, figures(stores, { ...weights, [name]: 0 })]))
}

interface Calibration {
  readonly auc: number
  /** Shares of the questions whose best score is at least ½. */
  readonly answerableAboveHalf: number
  readonly foreignAboveHalf: number
}

/** Whether a low score means "nothing relevant": each store is asked the questions of the next, with its own speakers' names. */
function calibrationOf(stores: readonly AskedStore[], vectors: BenchVectors | null): Calibration | null {
  if (stores.length < 2) return null
  const foreign = stores.flatMap(({ index, store }, s) => {
    return foreignQuestions(store, stores[(s + 1) % stores.length]!.store).map(
      (query) => index.recall(requestOf(index, vectors, { query, k: 1, explain: false }))[0]?.score ?? 0,
    )
  })
  const answerable = stores.flatMap(({ asked }) => asked.map(({ best }) => best))
  const above = (scores: readonly number[]): number =>
    Number((scores.filter((score) => score >= 0.5).length / scores.length).toFixed(3))
  return {
    auc: Number(auc(answerable, foreign).toFixed(3)),
    answerableAboveHalf: above(answerable),
    foreignAboveHalf: above(foreign),
  }
}

/** The questions of `other` that `store` does not answer too, with its own speakers' names. */
function foreignQuestions(store: LabelledStore, other: LabelledStore): string[] {
  const strange = other.questions.filter(({ text }) => !store.answers.has(text.toLowerCase()))
  return strange.map(({ text }) =>
    other.speakers.reduce((all, name, i) => all.replaceAll(name, store.speakers[i] ?? name), text),
  )
}

const prefixed = (prefix: string, rows: Readonly<Record<string, Figures>>): Readonly<Record<string, Figures>> =>
  Object.fromEntries(Object.entries(rows).map(([name, row]) => [`${prefix}${name}`, row]))

const [path] = positionals
const notes = knownItemStores(Number(options.every))
const data: Array<readonly [string, readonly LabelledStore[]]> = [
  ...(path === undefined ? [] : [['dialogues', readDialogues(path)] as const]),
  ['documentation, an episode a document', notes],
  ['documentation, no episodes', notes.map(withoutEpisodes)],
]
const vectors = options.embedder === undefined ? null : await openBenchVectors(options.embedder, options.vectors)
const results = []
for (const [name, stores] of data) {
  results.push(await measure(name, stores, null))
  if (vectors !== null) results.push(await measure(`${name}, with vectors`, stores, vectors))
}
await vectors?.close()
const json = JSON.stringify({ node: process.version, results }, null, 1)
console.log(json)
if (options.json !== undefined) writeFileSync(options.json, json)
