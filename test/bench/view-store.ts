import type { Checkpoint } from '../../domain/checkpoint.ts'
import { prepareState } from '../../infra/sqlite/long-term/prepare-state.ts'
import { openSqliteLongTermStore } from '../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import { BENCH_PARTITION, BENCH_SCOPE } from './store-rows.ts'
import { viewRow } from './view-rows.ts'

const BATCH = 500
export const BENCH_GENERATION = 'f'.repeat(16)

/** Fills state.db at `file` with `total` memories of one namespace. */
export async function fillStore(file: string, total: number): Promise<void> {
  prepareState(file, 1)
  const store = openSqliteLongTermStore(file)
  let from: Checkpoint = await store.checkpoint(BENCH_PARTITION)
  for (let first = 0; first < total; first += BATCH) {
    const memories = Array.from({ length: Math.min(BATCH, total - first) }, (_, i) => viewRow(first + i))
    const last = memories.at(-1)!
    const { offset, commandId: lastCommandId, knownAt: knownTime } = last
    const to: Checkpoint = { foldVersion: 1, generation: BENCH_GENERATION, offset, lastCommandId, knownTime }
    const namespaces = [
      {
        ...BENCH_SCOPE,
        partition: BENCH_PARTITION,
        live: offset + 1,
        total: offset + 1,
        language: 'en',
        profile: 'auto' as const,
        firstKnownAt: 0,
        lastKnownAt: knownTime,
      },
    ]
    const move = await store.move(BENCH_PARTITION, from, to, {
      memories,
      namespaces,
      links: [],
      outcomes: [],
      deadLetters: [],
    })
    if (move.outcome !== 'moved') throw new Error(`the store answered ${move.outcome}`)
    from = to
  }
  store.close()
}
