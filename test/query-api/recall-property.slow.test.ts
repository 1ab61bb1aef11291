import test from 'ava'
import fc from 'fast-check'
import type { RecallRequest } from '../../query-api/requests/requests.ts'
import { propertyRuns } from '../support/property-runs.ts'
import { appendWrite, writes } from './support/arbitrary-writes.ts'
import { memoryId } from './support/commands.ts'
import { FoldedLog } from './support/folded-log.ts'
import { asking, listing, PAGE, partition, planning, reader, scope, serve } from './support/serve.ts'
import { SqliteTwin } from './support/sqlite-twin.ts'

const QUERIES = ['walrus in the garden', 'When did Ada take the ferry to Hornby?', 'bread yesterday', 'seven']
const PAST: RecallRequest['asOf'][] = [
  { valid: null, known: null },
  { valid: 1_010_000, known: null },
  { valid: null, known: 1_010_000 },
  { valid: 1_008_000, known: 1_015_000 },
]

type Served = ReturnType<typeof serve>

/** Everything that the application answers about the namespace, without what is a measurement. */
async function answersOf({ api }: Pick<Served, 'api'>) {
  const answers: unknown[] = []
  for (const query of QUERIES) {
    for (const asOf of PAST) {
      const { queryTimeMs, ...answer } = await api.recall(reader, asking(query, { asOf, explain: true, k: 100 }))
      answers.push(answer)
    }
    answers.push(await api.plan(reader, planning(query)))
  }
  answers.push(await api.list(reader, listing({ limit: 500 })))
  answers.push(await api.workingMemory(reader, scope.namespace))
  answers.push(await api.namespaces(reader, PAGE))
  return answers
}

test('views that followed the writes answer as views that are loaded now', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      writes(30),
      fc.array(fc.nat(30), { maxLength: 6 }),
      fc.integer({ min: 1, max: 5 }),
      async (all, reads, viewPageRows) => {
        const log = new FoldedLog()
        const follower = serve(log, { limits: { viewPageRows } })
        for (const [i, one] of all.entries()) {
          appendWrite(log, one, i + 1)
          if (reads.includes(i)) await follower.api.recall(reader, asking('walrus'))
        }
        t.deepEqual(await answersOf(follower), await answersOf(serve(log)))
      },
    ),
    { numRuns: propertyRuns(40) },
  )
})

test('over state.db the application answers as over rows in memory', async (t) => {
  await fc.assert(
    fc.asyncProperty(writes(25), fc.array(fc.nat(25), { maxLength: 4 }), async (all, cuts) => {
      const log = new FoldedLog()
      const twin = new SqliteTwin(log)
      try {
        const stored = serve(log, { reader: twin.reader })
        for (const [i, one] of all.entries()) {
          appendWrite(log, one, i + 1)
          if (!cuts.includes(i)) continue
          await twin.follow(partition)
          await stored.api.recall(reader, asking('walrus'))
        }
        await twin.follow(partition)
        const plain = serve(log)
        t.deepEqual(await answersOf(stored), await answersOf(plain))
        for (let n = 1; n <= all.length; n += 1) {
          t.deepEqual(await about(stored, memoryId(n)), await about(plain, memoryId(n)))
        }
      } finally {
        twin.close()
      }
    }),
    { numRuns: propertyRuns(12), includeErrorInReport: true },
  )
})

const about = async ({ api }: Served, id: string) =>
  JSON.stringify(await Promise.allSettled([api.memory(reader, id), api.history(reader, id), api.links(reader, id)]))
