import { LentIndex, type LentJob } from '../../../domain/recall/lent-index.ts'
import { RowRanker } from '../../../domain/recall/ranking/rank-rows.ts'
import type { Channel } from '../view-protocol.ts'
import type { FromRanker, ToRanker } from './rank-protocol.ts'

interface Waiting {
  readonly id: number
  readonly index: LentIndex
  readonly job: LentJob
}

/** Ranks for the other end of the channel, by columns that it lends. `place`: of this thread in memories that are scanned, above 0. */
export function serveRanking(port: Channel<FromRanker, ToRanker>, place: number): void {
  const ranker = new RowRanker()
  const indexes = new Map<number, LentIndex>()
  const waiting: Waiting[] = []
  const rankOne = (): void => {
    const { id, index, job } = waiting.shift()!
    const [next] = waiting
    const rows = index.rank(job, ranker, next?.index === index ? next.job : null)
    port.postMessage({ id, rows, bytes: index.bytes })
    if (waiting.length > 0) setImmediate(rankOne)
  }
  port.on('message', (message) => {
    if (message.kind === 'left') {
      indexes.delete(message.view)
      return
    }
    const { view, id, lent, job } = message
    const index = indexes.get(view) ?? new LentIndex(place)
    indexes.set(view, index)
    // At once: nothing of what is lent changes while a job waits.
    index.take(lent)
    if (job === null) {
      port.postMessage({ id, rows: [], bytes: index.bytes })
      return
    }
    // After the messages that are there, so that jobs that came together know of each other.
    if (waiting.push({ id, index, job }) === 1) setImmediate(rankOne)
  })
}
