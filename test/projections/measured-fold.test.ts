import test from 'ava'
import type { FoldMeasure } from '../../projections/measured-fold.ts'
import { FoldStopwatch } from '../../projections/measured-fold.ts'
import type { LongTermStore } from '../../projections/ports/long-term-store.ts'
import type { Projection } from '../../projections/projection.ts'
import { InMemoryLongTermStore } from '../support/in-memory-long-term-store.ts'

/** A clock that a test moves. */
function clock() {
  let now = 0
  return { now: () => now, advance: (ms: number) => (now += ms) }
}

const NO_CHANGES = { memories: [], links: [], namespaces: [], outcomes: [], deadLetters: [] }

test('a batch is measured whole, and its commit within it', async (t) => {
  const time = clock()
  const stopwatch = new FoldStopwatch(time.now)
  const inner = new InMemoryLongTermStore()
  const slow: LongTermStore = {
    checkpoint: (partition) => inner.checkpoint(partition),
    load: (needs) => inner.load(needs),
    move: async (...move) => {
      time.advance(7)
      return inner.move(...move)
    },
  }
  const store = stopwatch.longTermStore(slow)
  const projection: Projection = {
    name: 'x',
    checkpoint: (partition) => store.checkpoint(partition),
    commandIdOf: () => null,
    async fold(partition, from) {
      time.advance(3)
      const to = { ...from, offset: from.offset + 1 }
      const move = await store.move(partition, from, to, NO_CHANGES)
      return move.outcome === 'moved' ? { outcome: 'moved', checkpoint: to, deadLetters: 0 } : move
    },
  }
  const measures: FoldMeasure[] = []
  const measured = stopwatch.projection(projection, (measure) => measures.push(measure))
  const from = await measured.checkpoint(4)
  await measured.fold(4, from, [])
  await measured.fold(4, from, [])
  t.deepEqual(measures, [
    { partition: 4, outcome: 'moved', records: 0, foldMs: 10, commitMs: 7 },
    { partition: 4, outcome: 'already-applied', records: 0, foldMs: 10, commitMs: 7 },
  ])
})
