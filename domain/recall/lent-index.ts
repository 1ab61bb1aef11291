import { BorrowedColumns, type LentColumns } from './columns/column-lending.ts'
import { Episodes } from './columns/episodes.ts'
import { growableF64, growableU8, growableU32 } from './columns/growable.ts'
import { Texts } from './columns/texts.ts'
import type { VisibleFigures } from './columns/visibility.ts'
import { LentVectors } from './dense/lent-vectors.ts'
import type { RankedRow, RankingJob, RowRanker } from './ranking/rank-rows.ts'

/** A job for whoever borrows the columns of an index, about the rows of its present. */
export interface LentJob extends RankingJob {
  readonly figures: VisibleFigures
  /** 1 for rows that may be hits; `null`: all that are visible. */
  readonly eligible: Uint8Array | null
}

/**
 * An index that another thread holds, ranked on this one: its columns are borrowed, and what is made of them (episodes, spans) is
 * made here. The other thread changes nothing while a job is under way.
 */
export class LentIndex {
  readonly #place: number
  readonly #borrowed = new BorrowedColumns()
  readonly #texts = new Texts()
  readonly #run = growableU32()
  readonly #author = growableU32()
  readonly #offset = growableF64()
  readonly #occurredAt = growableF64()
  readonly #mask = growableU8()
  readonly #runLength = growableU32()
  #episodes = new Episodes()
  #vectors: LentVectors | null = null
  /** Rows that are in `#episodes`, row 0 included. */
  #seen = 1
  #erasures = 0

  /** `place`: of this thread in the memories that are lent, above 0. */
  constructor(place: number) {
    this.#place = place
  }

  /** Takes what has changed since the last time. */
  take(lent: LentColumns): void {
    const columns = this.#borrowed
    columns.take(lent)
    this.#texts.walk(columns.within('texts'), columns.number('terms'), this.#end)
    columns.column('run', this.#run)
    columns.column('author', this.#author)
    columns.column('offset', this.#offset)
    columns.column('occurredAt', this.#occurredAt)
    columns.column('mask', this.#mask)
    columns.column('runLength', this.#runLength)
    this.#takeVectors(columns.number('dimensions'))
    this.#takeEpisodes(columns.number('erasures'))
  }

  /** `next`: ranked after this one; `null` when that is not known. */
  rank(job: LentJob, ranker: RowRanker, next: LentJob | null): RankedRow[] {
    const mask = this.#mask.data
    const runLength = this.#runLength.data
    const store = {
      columns: this.#columns(),
      visible: { ...job.figures, mask, episodeLength: (run: number) => runLength[run] ?? 0 },
      eligible: job.eligible ?? mask,
      vectors: this.#vectors,
      // Both jobs are under way, and nothing changes until they are done.
      changes: 0,
    }
    const together = next !== null && job.eligible === null && next.eligible === null
    return ranker.rank(job, store, together ? next.vector : null)
  }

  /** Resident bytes of what was made here. */
  get bytes(): number {
    return this.#episodes.bytes + this.#texts.spans.bytes
  }

  get #end(): number {
    return this.#borrowed.number('end')
  }

  #columns() {
    return {
      run: this.#run.data,
      author: this.#author.data,
      length: this.#texts.length.data,
      codes: this.#borrowed.number('codes'),
      documents: this.#texts,
      episodes: this.#episodes,
      offset: this.#offset.data,
      end: this.#end,
      terms: this.#borrowed.number('terms'),
    }
  }

  #takeVectors(dimensions: number): void {
    if (dimensions === 0) return
    this.#vectors ??= new LentVectors(dimensions, this.#borrowed.within('vectors'), this.#place)
    this.#vectors.update()
  }

  /** An erased row leaves its episode and the bounds that were read of its words: both are made anew. */
  #takeEpisodes(erasures: number): void {
    if (erasures !== this.#erasures) {
      this.#erasures = erasures
      this.#episodes = new Episodes()
      this.#seen = 1
      this.#texts.forgetSpans()
    }
    const order = { occurredAt: this.#occurredAt.data, offset: this.#offset.data }
    for (; this.#seen < this.#end; this.#seen++) {
      const run = this.#run.data[this.#seen]!
      if (run !== 0) this.#episodes.add(this.#seen, run, order)
    }
    this.#episodes.settle(order)
  }
}
