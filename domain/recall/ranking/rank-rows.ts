import type { RowColumns } from '../columns/row-columns.ts'
import type { VisibleRows } from '../columns/visibility.ts'
import type { ComparedVectors } from '../dense/compared-vectors.ts'
import type { DenseQuery } from '../dense/dense-query.ts'
import { LikelyAhead } from '../dense/likely-ahead.ts'
import type { Profile } from '../profile.ts'
import type { QueryTerms } from '../query-terms.ts'
import { TurnSearch } from '../search/turn-search.ts'
import type { DenseSearch } from './dense-signals.ts'
import { rank } from './rank.ts'
import { scoreOf } from './score.ts'
import { type SignalReports, signalReports } from './signal-reports.ts'
import { TurnScratch } from './turn-scratch.ts'
import { Turns } from './turns.ts'
import { withNearest } from './with-nearest.ts'

/** A query as a store reads it: with codes for its words, and numbers for what it is ranked by. Plain data. */
export interface RankingJob {
  readonly query: QueryTerms
  /** By the model of the store's vectors; `null`: by words alone. */
  readonly vector: DenseQuery | null
  readonly profile: Profile
  /** At most so many rows. */
  readonly k: number
  /** Leaves out rows whose score is below it, 0–1. */
  readonly minScore: number
  readonly explain: boolean
}

/** The rows that a job is about, where they are ranked. */
export interface RankedStore {
  readonly columns: RowColumns
  readonly visible: VisibleRows
  /** 1 for rows that may be hits. */
  readonly eligible: Uint8Array
  /** `null`: there are none, or none of the query's dimension. */
  readonly vectors: ComparedVectors | null
  /** Another number whenever anything above is not what it was. */
  readonly changes: number
}

export interface RankedRow {
  readonly row: number
  /** 0–1, calibrated. */
  readonly score: number
  /** When explained. */
  readonly signals?: SignalReports
}

/** Ranks rows by a job, one at a time. Between them it keeps what the next one asked for was told to be, and nothing else. */
export class RowRanker {
  readonly #search = new TurnSearch()
  readonly #scratch = new TurnScratch()
  readonly #likely = new LikelyAhead()

  /**
   * The best rows first; ties break by offset, lower first. `next`: what the job after this one asks of the same rows by meaning,
   * where that is known; it then costs less.
   */
  rank(job: RankingJob, store: RankedStore, next: DenseQuery | null = null): RankedRow[] {
    const { columns, visible, eligible, vectors } = store
    const meanLength = visible.rows === 0 ? 0 : visible.length / visible.rows
    const dense = job.vector === null || vectors === null ? null : { query: job.vector, vectors }
    const byWords = this.#search.best(job.query, { ...columns, eligible, meanLength })
    const best = dense === null ? byWords : this.#withNearest(byWords, dense, store, next)
    const turns = new Turns(best, eligible, visible.mask, job.query, columns, this.#scratch)
    const ranking = rank(turns, visible, job.k, { profile: job.profile, dense })
    const ranked: RankedRow[] = []
    for (const turn of ranking.order) {
      const score = scoreOf(ranking.sums[turn]!, ranking.evidence, ranking.calibration)
      if (score < job.minScore) break
      const row = { row: turns.rows[turn]!, score }
      ranked.push(job.explain ? { ...row, signals: signalReports(ranking.signals, turn, ranking.weights) } : row)
    }
    return ranked
  }

  /** Whether a part of the work on a query was done with the job before. */
  isAhead(query: DenseQuery): boolean {
    return this.#likely.has(query)
  }

  #withNearest(found: readonly number[], dense: DenseSearch, store: RankedStore, next: DenseQuery | null) {
    const rows = { mask: store.eligible, offset: store.columns.offset, changes: store.changes }
    return withNearest(found, dense, rows, this.#likely.likely(dense.vectors, dense.query, rows, next))
  }

  get bytes(): number {
    return this.#search.bytes + this.#scratch.bytes
  }
}
