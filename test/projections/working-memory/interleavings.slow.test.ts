import test from 'ava'
import fc from 'fast-check'
import { workingMemoryHash } from '../../../domain/working-memory/working-memory-hash.ts'
import type { WorkingMemoryStore } from '../../../projections/ports/working-memory-store.ts'
import { seedFromSource } from '../../../projections/working-memory/seed-from-source.ts'
import type { WorkingMemoryFeed } from '../../../projections/working-memory/working-memory-source.ts'
import { NEIGHBOUR, PARTITION, SCOPE } from '../../contract/working-memory-states.ts'
import { InMemoryWorkingMemoryStore } from '../../support/in-memory-working-memory-store.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { write, written } from './arbitrary-partition.ts'
import { projectorOf } from './fold-world.ts'
import { FoldedWorld } from './folded-world.ts'

/** Every answer of the store and of long-term memory comes when the scheduler says. */
function slowed(scheduler: fc.Scheduler, store: WorkingMemoryStore, feed: WorkingMemoryFeed) {
  return {
    store: {
      load: scheduler.scheduleFunction((...asked: Parameters<WorkingMemoryStore['load']>) => store.load(...asked)),
      move: scheduler.scheduleFunction((...asked: Parameters<WorkingMemoryStore['move']>) => store.move(...asked)),
      halt: (...asked: Parameters<WorkingMemoryStore['halt']>) => store.halt(...asked),
    },
    feed: {
      ...feed,
      checkpoint: scheduler.scheduleFunction((partition: number) => feed.checkpoint(partition)),
      outcomes: scheduler.scheduleFunction((...asked: Parameters<WorkingMemoryFeed['outcomes']>) =>
        feed.outcomes(...asked),
      ),
    },
  }
}

test('two projectors, a store that loses everything and a log that grows come to the seed in any interleaving', async (t) => {
  const parts = fc.array(fc.array(written, { maxLength: 8 }), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(0, 70),
      parts,
      fc.nat(2),
      fc.scheduler(),
      async (already, all, losses, scheduler) => {
        const world = new FoldedWorld(SCOPE)
        for (let n = 0; n < already; n++) world.remember(SCOPE, { content: `note ${n}` })
        await world.foldLongTerm()
        const store = new InMemoryWorkingMemoryStore(world.keys)
        const slow = slowed(scheduler, store, world.feed)
        const folders = [{ maxRecords: 3, maxHeld: 1 }, { maxRecords: 5 }].map((options) =>
          projectorOf(world, slow.store, { ...options, feed: slow.feed }),
        )
        const grow = scheduler.scheduleSequence(
          all.map((records, i) => ({
            label: `part ${i}`,
            builder: async () => {
              for (const one of records) write(world, one)
              await world.foldLongTerm()
            },
          })),
        )
        const lose = scheduler.scheduleSequence(
          Array.from({ length: losses }, () => ({ label: 'lose', builder: async () => store.lose() })),
        )
        const run = async ({ projector }: (typeof folders)[number]): Promise<string> => {
          for (let pass = 0; pass < 3; pass++) {
            await projector.take(PARTITION)
            await projector.catchUp(PARTITION)
          }
          return projector.state(PARTITION).name
        }
        const everything = Promise.all([...folders.map(run), grow.task, lose.task])
        await scheduler.waitFor(everything)
        t.deepEqual((await everything).slice(0, 2), ['ready', 'ready'])

        const last = projectorOf(world, store)
        await last.projector.take(PARTITION)
        await last.projector.catchUp(PARTITION)
        t.is((await store.checkpoint(PARTITION)).offset, world.head)
        for (const scope of [SCOPE, NEIGHBOUR]) {
          const read = await store.read(scope)
          if (read.outcome !== 'held') continue
          const { state } = await seedFromSource(world.feed, scope)
          t.is(workingMemoryHash({ ...read.state.memory, position: state.position }), workingMemoryHash(state))
        }
      },
    ),
    { numRuns: propertyRuns(120), verbose: 1 },
  )
})
