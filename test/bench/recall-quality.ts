// How good recall is, in process: node test/bench/recall-quality.ts [labelled dialogues of LoCoMo's shape.json] [--json out.json]
// Known items out of the installed documentation are always asked (profile notes); dialogues when a file of them is given. Prints tables and, last, JSON:
// figures of each kind of data by each profile, what the scores tell (AUC), and what each signal is worth (the figures without it).
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Profile } from '../../domain/recall/profile.ts'
import type { RecallIndex } from '../../domain/recall/recall-index.ts'
import { profileWeights, type RecallWeights, WORD_SIGNALS } from '../../domain/recall/recall-weights.ts'
import { type AskedQuestion, askAll, indexOfStore, rankedBy, requestOf } from './recall-quality-ask.ts'
import { readDialogues } from './recall-quality-dialogues.ts'
import { auc, type Figures, figuresOf } from './recall-quality-figures.ts'
import { knownItemStores, withoutEpisodes } from './recall-quality-known-items.ts'
import type { LabelledStore } from './recall-quality-store.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' } },
})

interface AskedStore {
  readonly store: LabelledStore
  readonly index: RecallIndex
  readonly asked: readonly AskedQuestion[]
}

const PROFILES: readonly Profile[] = ['dialogue', 'notes']

function measure(name: string, stores: readonly LabelledStore[]) {
  const asked = stores.map((store): AskedStore => {
    const index = indexOfStore(store, 'auto')
    return { store, index, asked: askAll(store, index) }
  })
  const { profile } = asked[0]!.index.reading(requestOf('', 1, true))
  const weights = profileWeights[profile].words
  const all = figures(asked, weights)
  const kinds = [...new Set(stores.flatMap(({ questions }) => questions.map(({ kind }) => kind)))]
  const result = {
    name,
    profile,
    all,
    byProfile: Object.fromEntries(PROFILES.map((one) => [one, figures(asked, profileWeights[one].words)])),
    byKind: Object.fromEntries(kinds.map((kind) => [kind, figures(asked, weights, kind)])),
    calibration: calibrationOf(asked),
    without: ablation(asked, weights),
  }
  console.log(`\n${name}: ${all.questions} questions, ranked as ${profile}`)
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
  const weighing = WORD_SIGNALS.filter((name) => weights[name] !== 0)
  return Object.fromEntries(weighing.map((name) => [name, figures(stores, { ...weights, [name]: 0 })]))
}

interface Calibration {
  readonly auc: number
  /** Shares of the questions whose best score is at least ½. */
  readonly answerableAboveHalf: number
  readonly foreignAboveHalf: number
}

/** Whether a low score means "nothing relevant": each store is asked the questions of the next, with its own speakers' names. */
function calibrationOf(stores: readonly AskedStore[]): Calibration | null {
  if (stores.length < 2) return null
  const foreign = stores.flatMap(({ index, store }, s) => {
    const other = stores[(s + 1) % stores.length]!.store
    const strange = other.questions.filter(({ text }) => !store.answers.has(text.toLowerCase()))
    return strange.map(({ text }) => {
      const query = other.speakers.reduce((all, name, i) => all.replaceAll(name, store.speakers[i] ?? name), text)
      return index.recall(requestOf(query, 1, false))[0]?.score ?? 0
    })
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

const prefixed = (prefix: string, rows: Readonly<Record<string, Figures>>): Readonly<Record<string, Figures>> =>
  Object.fromEntries(Object.entries(rows).map(([name, row]) => [`${prefix}${name}`, row]))

const [path] = positionals
const notes = knownItemStores()
const results = [
  ...(path === undefined ? [] : [measure('dialogues', readDialogues(path))]),
  measure('documentation, an episode a document', notes),
  measure('documentation, no episodes', notes.map(withoutEpisodes)),
]
const json = JSON.stringify({ node: process.version, results }, null, 1)
console.log(json)
if (options.json !== undefined) writeFileSync(options.json, json)
