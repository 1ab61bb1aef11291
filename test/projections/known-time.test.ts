import test from 'ava'
import fc from 'fast-check'
import { createLongTermProjection } from '../../projections/long-term/long-term-projection.ts'
import { createCommandCodec } from '../../schemas/command-codec.ts'
import { commands } from '../support/arbitrary-commands.ts'
import { InMemoryLog } from '../support/in-memory-log.ts'
import { InMemoryLongTermStore } from '../support/in-memory-long-term-store.ts'
import { propertyRuns } from '../support/property-runs.ts'

const scope = { tenant: 'default', namespace: 'default' }

test('known time never steps back along a partition, whatever the clocks of the edges did, and however it is cut', async (t) => {
  await fc.assert(
    fc.asyncProperty(commands, fc.integer({ min: 1, max: 9 }), async (list, batch) => {
      const log = new InMemoryLog()
      for (const command of list) log.append(scope, command)
      const store = new InMemoryLongTermStore()
      const projection = createLongTermProjection(store, createCommandCodec())
      for (let at = 0; at < log.records.length; at += batch) {
        await projection.fold(0, await store.checkpoint(0), log.records.slice(at, at + batch))
      }
      let known = 0
      for (const [i, row] of store.outcomes.entries()) {
        known = Math.max(known, list[i]!.recordedAt)
        t.is(row.knownAt, known)
      }
      t.is((await store.checkpoint(0)).knownTime, known)
    }),
    { numRuns: propertyRuns(200) },
  )
})
