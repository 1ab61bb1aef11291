import type { AsOf } from '../../../domain/recall/indexed-memory.ts'
import type { LentJob } from '../../../domain/recall/lent-index.ts'
import { answerTo, type Question } from '../../../query-api/index-question.ts'
import type { MemoryIndex, RankedQuestion } from '../../../query-api/memory-index.ts'
import type { RemoteQuestion } from '../../../query-api/ports/view-host.ts'
import type { Answers } from '../serve-views.ts'
import type { RankThread } from './rank-thread.ts'
import type { Ranker } from './ranker.ts'

/** Jobs that a thread has at most, so that it has something to do while this one ranks, too. More would wait longer than those behind them. */
const AHEAD = 2
/** Of those with a vector, of which it begins two together. */
const AHEAD_WITH_VECTORS = 3

/**
 * Ranks on other threads what this one would come to later: while questions wait behind one another, some of them are given
 * away, and the columns that they are about are on loan. A question alone is ranked here; of those that wait, the next one is
 * begun together with it.
 */
export class Rankers implements Answers<MemoryIndex> {
  readonly #threads: readonly RankThread[]
  /** Jobs under way, by view. */
  readonly #underWay = new Map<number, Set<Promise<unknown>>>()

  constructor(threads: readonly RankThread[]) {
    this.#threads = threads
  }

  answer(view: number, index: MemoryIndex, question: RemoteQuestion, others: readonly RemoteQuestion[]): unknown {
    for (const { running } of this.#threads) running?.follow(view, index)
    const underWay = this.#underWay.get(view)
    if (underWay !== undefined && moves(index, question)) {
      return Promise.allSettled(underWay).then(() => this.answer(view, index, question, others))
    }
    if (!isRanked(question)) return answerTo(index, question as Question<MemoryIndex, keyof MemoryIndex>)
    const [query] = question.args
    // No more than is left to do here.
    const most = Math.min(query.vector === undefined ? AHEAD : AHEAD_WITH_VECTORS, others.length)
    const ranker = most === 0 || index.isAhead(query) ? null : this.#idlest(view, index, most)
    const job = ranker === null ? null : index.jobFor(query)
    if (ranker !== null && job !== null) return this.#counted(view, rankedElsewhere(ranker, view, index, question, job))
    const next = others.find(isRanked)?.args[0] ?? null
    return answerTo(index, { ask: question.ask, args: [query, next] })
  }

  bytes(view: number): number {
    return this.#threads.reduce((sum, { running }) => sum + (running?.bytes(view) ?? 0), 0)
  }

  left(view: number): void {
    for (const { running } of this.#threads) running?.left(view)
  }

  /** Of the threads that have the view's columns and fewer than `most` jobs, the one with the least to do. */
  #idlest(view: number, index: MemoryIndex, most: number): Ranker | null {
    let idlest: Ranker | null = null
    for (const thread of this.#threads) {
      const ranker = thread.started()
      if (ranker === null || !ranker.hasTaken(view, index) || ranker.jobs >= most) continue
      if (idlest === null || ranker.jobs < idlest.jobs) idlest = ranker
    }
    return idlest
  }

  async #counted<T>(view: number, job: Promise<T>): Promise<T> {
    const underWay = this.#underWay.get(view) ?? new Set()
    this.#underWay.set(view, underWay.add(job))
    try {
      return await job
    } finally {
      underWay.delete(job)
      if (underWay.size === 0 && this.#underWay.get(view) === underWay) this.#underWay.delete(view)
    }
  }
}

/** Whoever ranked may have ended, which is told elsewhere: the index still stands, and the question is answered here. */
async function rankedElsewhere(
  ranker: Ranker,
  view: number,
  index: MemoryIndex,
  question: RankedQuestion,
  job: LentJob,
): Promise<unknown> {
  const rows = await ranker.rank(view, job).catch(() => null)
  return rows === null ? answerTo(index, question) : index.answerOf(question, rows)
}

const isRanked = (question: RemoteQuestion): question is RankedQuestion =>
  question.ask === 'answer' || question.ask === 'recall'

/** Whether rows appear or disappear as the question is asked, which those that are being ranked must not see. */
function moves(index: MemoryIndex, { ask, args }: RemoteQuestion): boolean {
  return ask !== 'withoutAuthors' && index.moves((args[0] as { readonly asOf: AsOf }).asOf)
}
