import type { RowColumns } from '../columns/row-columns.ts'
import type { VisibleRows } from '../columns/visibility.ts'
import type { ComparedVectors } from '../dense/compared-vectors.ts'
import type { DenseQuery } from '../dense/dense-query.ts'
import type { Profile } from '../profile.ts'
import type { QueryTerms } from '../query-terms.ts'
import { TurnSearch } from '../search/turn-search.ts'
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
}

export interface RankedRow {
  readonly row: number
  /** 0–1, calibrated. */
  readonly score: number
  /** When explained. */
  readonly signals?: SignalReports
}

/** Ranks rows by a job, one at a time. It keeps nothing of a store between them. */
export class RowRanker {
  readonly #search = new TurnSearch()
  readonly #scratch = new TurnScratch()

  /** The best rows first; ties break by offset, lower first. */
  rank(job: RankingJob, { columns, visible, eligible, vectors }: RankedStore): RankedRow[] {
    const meanLength = visible.rows === 0 ? 0 : visible.length / visible.rows
    const dense = job.vector === null || vectors === null ? null : { query: job.vector, vectors }
    const byWords = this.#search.best(job.query, { ...columns, eligible, meanLength })
    const best = withNearest(byWords, dense, { mask: eligible, offset: columns.offset })
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

  get bytes(): number {
    return this.#search.bytes + this.#scratch.bytes
  }
}
