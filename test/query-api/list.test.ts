import test from 'ava'
import fc from 'fast-check'
import type { Memory } from '../../query-api/query-api.ts'
import { propertyRuns } from '../support/property-runs.ts'
import { forget, memoryId, remember } from './support/commands.ts'
import { listing, offsetOf, partition, reader, refusal, scope, serve } from './support/serve.ts'

const idsOf = (items: readonly Memory[]) => items.map((memory) => memory.memoryId)

test('memories are listed newest first, those that stand', async (t) => {
  const { api, log } = serve()
  for (const id of [1, 2, 3]) log.append(scope, remember(id, `memory ${id}`))
  log.append(scope, forget([2], 9_000))
  const page = await api.list(reader, listing())
  t.deepEqual(idsOf(page.items), [memoryId(3), memoryId(1)])
  t.is(page.nextCursor, null)
  t.is(offsetOf(page.position), 4)
})

test('a list by filter has what the filter lets through', async (t) => {
  const { api, log } = serve()
  log.append(scope, remember(1, 'one', { secret: { tags: ['red'] } }))
  log.append(scope, remember(2, 'two', { secret: { tags: ['blue', 'red'] } }))
  log.append(scope, remember(3, 'three'))
  const page = await api.list(reader, listing({ filter: { op: 'in', field: 'tags', values: ['red'] } }))
  t.deepEqual(idsOf(page.items), [memoryId(2), memoryId(1)])
})

test('an unknown namespace lists nothing, one out of reach is refused', async (t) => {
  const { api } = serve()
  t.deepEqual((await api.list(reader, listing({ namespace: 'nowhere' }))).items, [])
  t.is((await refusal(api.list({ ...reader, namespaces: ['other'] }, listing()))).code, 'forbidden')
})

test('a cursor is good for its own list only', async (t) => {
  const { api, log } = serve()
  for (let id = 1; id <= 5; id += 1) log.append(scope, remember(id, `memory ${id}`))
  const { nextCursor: cursor } = await api.list(reader, listing({ limit: 2 }))
  t.truthy(cursor)
  const filter = { op: 'exists', field: 'author', wanted: false } as const
  for (const parts of [{ filter }, { namespace: 'other' }]) {
    const problem = await refusal(api.list(reader, listing({ cursor, ...parts })))
    t.is(problem.code, 'invalid_cursor')
    t.is(problem.field, 'cursor')
  }
})

test('a cursor of a log that is no more is refused', async (t) => {
  const { api, log } = serve()
  for (let id = 1; id <= 5; id += 1) log.append(scope, remember(id, `memory ${id}`))
  const { nextCursor: cursor } = await api.list(reader, listing({ limit: 2 }))
  log.restoreLog(partition, 1, 'b'.repeat(16))
  for (let id = 11; id <= 15; id += 1) log.append(scope, remember(id, `memory ${id}`))
  t.is((await refusal(api.list(reader, listing({ cursor })))).code, 'invalid_cursor')
})

test('a cursor of another fold version is refused', async (t) => {
  const { api, log } = serve()
  for (let id = 1; id <= 5; id += 1) log.append(scope, remember(id, `memory ${id}`))
  const { nextCursor: cursor } = await api.list(reader, listing({ limit: 2 }))
  log.foldVersion += 1
  t.is((await refusal(api.list(reader, listing({ cursor })))).code, 'invalid_cursor')
})

test('pages hold, once each, what stood when the list began, while others write', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 25 }),
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 30 }),
      async (count, limit, writes) => {
        const { api, log } = serve()
        for (let id = 1; id <= count; id += 1) log.append(scope, remember(id, `memory ${id}`))
        const listed: string[] = []
        const pending = [...writes]
        let cursor: string | null = null
        let next = 1_000
        do {
          const page = await api.list(reader, listing({ limit, cursor }))
          listed.push(...idsOf(page.items))
          cursor = page.nextCursor
          for (let i = pending.shift() ?? 0; i > 0; i -= 1) {
            next += 1
            log.append(scope, remember(next, 'written meanwhile'))
          }
        } while (cursor !== null)
        t.deepEqual(
          listed,
          Array.from({ length: count }, (_, i) => memoryId(count - i)),
        )
      },
    ),
    { numRuns: propertyRuns(60) },
  )
})

test('a filter names, at the head of the log, all that is not retired, whatever the time', async (t) => {
  const { api, log, time } = serve()
  const red = { secret: { tags: ['red'] } }
  log.append(scope, remember(1, 'one', { ...red, recordedAt: 1_000, ttlSeconds: 1 }))
  log.append(scope, remember(2, 'two', { ...red, recordedAt: 2_000 }))
  log.append(scope, remember(3, 'three', { ...red, recordedAt: 3_000, supersedes: memoryId(2) }))
  log.append(scope, remember(4, 'four', { ...red, recordedAt: 4_000 }))
  log.append(scope, remember(5, 'five', { ...red, recordedAt: 5_000, occurredAt: 9_000_000 }))
  log.append(scope, remember(6, 'six'))
  log.append(scope, forget([4], 6_000))
  time.now = 1_000_000
  const ids = await api.memoryIdsMatching(scope, { op: 'in', field: 'tags', values: ['red'] })
  t.deepEqual(ids, [5, 3, 2, 1].map(memoryId))
})
