import { LentIndex } from '../../../domain/recall/lent-index.ts'
import { RowRanker } from '../../../domain/recall/ranking/rank-rows.ts'
import type { Channel } from '../view-protocol.ts'
import type { FromRanker, ToRanker } from './rank-protocol.ts'

/** Ranks for the other end of the channel, by columns that it lends. `place`: of this thread in memories that are scanned, above 0. */
export function serveRanking(port: Channel<FromRanker, ToRanker>, place: number): void {
  const ranker = new RowRanker()
  const indexes = new Map<number, LentIndex>()
  port.on('message', (message) => {
    if (message.kind === 'left') {
      indexes.delete(message.view)
      return
    }
    const { view, id, lent, job } = message
    const index = indexes.get(view) ?? new LentIndex(place)
    indexes.set(view, index)
    index.take(lent)
    const rows = job === null ? [] : index.rank(job, ranker)
    port.postMessage({ id, rows, bytes: index.bytes })
  })
}
