import type { ComparedVectors } from '../dense/compared-vectors.ts'
import type { DenseQuery } from '../dense/dense-query.ts'
import { REACH } from '../recall-weights.ts'
import { AROUND, type Turns } from './turns.ts'

/** A query by meaning, and the vectors that it is compared with. */
export interface DenseSearch {
  readonly query: DenseQuery
  readonly vectors: ComparedVectors
}

/** Candidate by number; see recall-weights.ts. */
export interface DenseSignals {
  readonly meaning: Float64Array
  readonly context: Float64Array
  readonly episode: Float64Array
}

/** Of the turn itself, the one before and the one after. */
const CONTEXT_WEIGHTS = [1, 0.6, 0.6]
/** Of an episode with more turns than this only the candidates are looked at: their number is bounded, its is not. */
const MAX_EPISODE = 1024

/**
 * How near each candidate is to the query in meaning. One without a vector (it was remembered while the embedder was away,
 * or is still to be embedded by another model) gets the mean of the others, so that it is ranked by its words and neither
 * gains nor loses by what is not known. `null` when no candidate has a vector.
 */
export function denseSignals(turns: Turns, { query, vectors }: DenseSearch): DenseSignals | null {
  const signals = emptySignals(turns.candidates)
  const known: number[] = []
  for (let turn = 1; turn <= turns.candidates; turn++) if (vectors.has(turns.rows[turn]!)) known.push(turn)
  if (known.length === 0) return null
  const meaning = vectors.cosines(
    Uint32Array.from(known, (turn) => turns.rows[turn]!),
    query,
  )
  const context = vectors.cosinesOfSums(contextRows(turns, known), CONTEXT_WEIGHTS, query)
  for (const [i, turn] of known.entries()) {
    signals.meaning[turn] = meaning[i]!
    signals.context[turn] = context[i]!
  }
  const best = bestOfRuns(turns, known, signals.meaning, { query, vectors })
  for (const turn of known) {
    const run = turns.runOf[turn]!
    signals.episode[turn] = run < 0 ? signals.meaning[turn]! : best[run]!
  }
  if (known.length < turns.candidates)
    for (const column of Object.values(signals)) fillUnknown(column, turns, known, vectors)
  return signals
}

const emptySignals = (candidates: number) => ({
  meaning: new Float64Array(candidates + 1),
  context: new Float64Array(candidates + 1),
  episode: new Float64Array(candidates + 1),
})

/** Of each turn, its own row and those of its neighbours; 0 for none. */
function contextRows({ rows, around }: Turns, turns: readonly number[]): Uint32Array {
  const all = new Uint32Array(turns.length * CONTEXT_WEIGHTS.length)
  let at = 0
  for (const turn of turns) {
    all[at++] = rows[turn]!
    all[at++] = rows[around[turn * AROUND]!]!
    all[at++] = rows[around[turn * AROUND + REACH]!]!
  }
  return all
}

/** The best cosine in each run of the candidates. */
function bestOfRuns(
  turns: Turns,
  known: readonly number[],
  meaning: Float64Array,
  { query, vectors }: DenseSearch,
): Float64Array {
  const best = new Float64Array(turns.runs.length).fill(Number.NEGATIVE_INFINITY)
  for (const turn of known) {
    const run = turns.runOf[turn]!
    if (run >= 0) best[run] = Math.max(best[run]!, meaning[turn]!)
  }
  const others = turnsOfRuns(turns, vectors)
  const cosines = vectors.cosines(Uint32Array.from(others.rows), query)
  for (const [i, run] of others.runs.entries()) best[run] = Math.max(best[run]!, cosines[i]!)
  return best
}

/** The visible turns with a vector of the candidates' runs, each with its run. */
function turnsOfRuns(turns: Turns, vectors: ComparedVectors): { readonly rows: number[]; readonly runs: number[] } {
  const found = { rows: [] as number[], runs: [] as number[] }
  for (const [run, code] of turns.runs.entries()) {
    const rows = turns.columns.episodes.rows(code)
    if (rows.length > MAX_EPISODE) continue
    for (const row of rows) {
      if (turns.visible[row] !== 1 || !vectors.has(row)) continue
      found.rows.push(row)
      found.runs.push(run)
    }
  }
  return found
}

function fillUnknown(column: Float64Array, turns: Turns, known: readonly number[], vectors: ComparedVectors): void {
  const mean = known.reduce((sum, turn) => sum + column[turn]!, 0) / known.length
  for (let turn = 1; turn <= turns.candidates; turn++) if (!vectors.has(turns.rows[turn]!)) column[turn] = mean
}
