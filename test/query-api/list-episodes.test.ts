import test from 'ava'
import fc from 'fast-check'
import type { Filter } from '../../domain/filter/filter.ts'
import type { Episode, Memory } from '../../query-api/query-api.ts'
import { propertyRuns } from '../support/property-runs.ts'
import { erase, forget, memoryId, remember, restore } from './support/commands.ts'
import { FoldedLog } from './support/folded-log.ts'
import { listing, offsetOf, partition, reader, refusal, scope, serve } from './support/serve.ts'

type Api = ReturnType<typeof serve>['api']

const of = (user: string): Filter => ({ op: 'in', field: 'user_id', values: [user] })
const namesOf = (episodes: readonly Episode[]) => episodes.map(({ runId }) => runId)
const inRun = (runId: string | null, occurredAt: number) => ({ occurredAt, secret: { runId } })

/** Every page, one after the other; `between` is done before each further one. */
async function pagesOf(api: Api, filter: Filter | null, limit: number, between = async () => {}): Promise<Episode[][]> {
  const pages: Episode[][] = []
  let cursor: string | null = null
  do {
    if (pages.length > 0) await between()
    const page = await api.episodes(reader, listing({ filter, limit, cursor }))
    pages.push([...page.items])
    cursor = page.nextCursor
  } while (cursor !== null)
  return pages
}

/** What episodes are by their definition: the memories that are listed, put together by their run. */
function grouped(memories: readonly Memory[]): Episode[] {
  const runs = new Map<string, number[]>()
  for (const { runId, occurredAt } of memories) {
    if (runId !== null) runs.set(runId, [...(runs.get(runId) ?? []), occurredAt])
  }
  return [...runs]
    .map(([runId, times]) => ({
      runId,
      memories: times.length,
      firstOccurredAt: Math.min(...times),
      lastOccurredAt: Math.max(...times),
    }))
    .sort((a, b) => b.lastOccurredAt - a.lastOccurredAt || (a.runId < b.runId ? -1 : 1))
}

test('episodes are listed by their last turn, newest first, with what stands of them', async (t) => {
  const { api, log } = serve()
  log.append(scope, remember(1, 'one', inRun('monday', 1_000)))
  log.append(scope, remember(2, 'two', inRun('tuesday', 9_000)))
  log.append(scope, remember(3, 'three', inRun('monday', 5_000)))
  log.append(scope, remember(4, 'four', inRun(null, 99_000)))
  log.append(scope, remember(5, 'five', inRun('retired', 99_000)))
  log.append(scope, remember(6, 'six', inRun('monday', 99_000)))
  log.append(scope, forget([5, 6], 9_500))
  const page = await api.episodes(reader, listing())
  t.deepEqual(page.items, [
    { runId: 'tuesday', memories: 1, firstOccurredAt: 9_000, lastOccurredAt: 9_000 },
    { runId: 'monday', memories: 2, firstOccurredAt: 1_000, lastOccurredAt: 5_000 },
  ])
  t.is(page.nextCursor, null)
  t.deepEqual(page.degraded, [])
  t.is(offsetOf(page.position), 7)
})

test('episodes of one instant are in the order of their names, also from page to page', async (t) => {
  const { api, log } = serve()
  const names = ['b', 'é', 'a', '💡', 'a ', 'B'.repeat(256)]
  for (const [n, name] of names.entries()) log.append(scope, remember(n + 1, 'x', inRun(name, 7)))
  t.deepEqual((await pagesOf(api, null, 1)).flatMap(namesOf), names.toSorted())
})

const RUNS = [null, 'r1', 'r2', 'r3', 'ré', '💡', 'r1 '] as const
const id = fc.integer({ min: 1, max: 30 })
const mostlyNull = <T>(some: fc.Arbitrary<T>) => fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, some)
/** What happens to a store of episodes. `of` names a memory by its number, which may not exist. */
const happening = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('remember' as const),
      run: fc.constantFrom(...RUNS),
      user: fc.constantFrom(null, 'ana', 'bo'),
      // Few instants, so that episodes share them; some lie ahead of the clock, some before 1970.
      occurredAt: fc.constantFrom(-5_000, 0, 1_000_000, 1_000_001, 9_000_000),
      ttlSeconds: mostlyNull(fc.integer({ min: 1, max: 60 })),
      supersedes: mostlyNull(id),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('forget' as const, 'restore' as const), of: id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('erase' as const), of: id }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('read' as const, 'wait' as const) }) },
)

/** Of the memories of these numbers: some share one, and are erased together. */
const keyOf = (n: number): string => (n % 11).toString(16).padStart(32, 'b')

test('episodes are the memories that are listed, grouped, in pages of every size, whatever became of them', async (t) => {
  const seen = { episodes: 0, pages: 0, larger: 0, erased: 0, narrowed: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { minLength: 10, maxLength: 40, size: 'max' }),
      fc.integer({ min: 1, max: 5 }),
      async (happenings, limit) => {
        const { api, log, time } = serve()
        for (const [i, one] of happenings.entries()) {
          const n = i + 1
          const recordedAt = 1_000_000 + n * 1_000
          if (one.do === 'remember') {
            const secret = { runId: one.run, userId: one.user }
            const supersedes = one.supersedes === null ? null : memoryId(one.supersedes)
            const { occurredAt, ttlSeconds } = one
            const parts = { recordedAt, occurredAt, ttlSeconds, supersedes, secret, keyId: keyOf(n) }
            log.append(scope, remember(n, `memory ${n}`, parts))
          } else if (one.do === 'forget') log.append(scope, forget([one.of], recordedAt))
          else if (one.do === 'restore') log.append(scope, restore([one.of], recordedAt))
          else if (one.do === 'erase') log.append(scope, erase([keyOf(one.of)], recordedAt))
          else if (one.do === 'read') await api.episodes(reader, listing())
          else time.now = recordedAt
        }
        for (const filter of [null, of('ana')]) {
          const listed = (await api.list(reader, listing({ filter, limit: 500 }))).items
          const pages = await pagesOf(api, filter, limit)
          t.deepEqual(pages.flat(), grouped(listed))
          for (const page of pages.slice(0, -1)) t.is(page.length, limit)
          seen.episodes += pages.flat().length
          seen.pages += pages.length - 1
          seen.larger += pages.flat().filter(({ memories }) => memories > 1).length
          if (filter !== null) seen.narrowed += listed.length
        }
        seen.erased += log.rows(scope).filter(({ sealed }) => sealed === null).length
      },
    ),
    { numRuns: propertyRuns(100) },
  )
  for (const [what, count] of Object.entries(seen)) t.true(count > 0, what)
})

test('each episode counts what GET /memories lists of its run', async (t) => {
  const { api, log } = serve()
  for (let n = 1; n <= 20; n += 1) log.append(scope, remember(n, 'x', inRun(`r${n % 3}`, n)))
  log.append(scope, forget([3, 4, 5, 6], 5_000))
  log.append(scope, remember(21, 'instead', { ...inRun('r1', 21), supersedes: memoryId(7) }))
  const { items } = await api.episodes(reader, listing())
  t.is(items.length, 3)
  for (const { runId, memories } of items) {
    const filter = { op: 'in', field: 'run_id', values: [runId] } as const
    t.is((await api.list(reader, listing({ filter }))).items.length, memories)
  }
})

test('episodes that do not change are on one page each while others come, go on and go', async (t) => {
  const change = fc.record({
    run: fc.integer({ min: 0, max: 5 }),
    at: fc.integer({ min: 1, max: 4 }),
    gone: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12, size: 'max' }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.array(change, { maxLength: 4, size: 'max' }), { maxLength: 8, size: 'max' }),
      async (times, limit, changes) => {
        const { api, log } = serve()
        let n = 0
        const ofRun = new Map<number, number[]>()
        const write = (run: string, at: number): number => {
          n += 1
          log.append(scope, remember(n, 'x', inRun(run, at)))
          return n
        }
        for (const [i, at] of times.entries()) write(`${i} stays`, at)
        for (let run = 0; run <= 5; run += 1) ofRun.set(run, [write(`${run} moves`, 1 + (run % 4))])
        const staying = namesOf(grouped((await api.list(reader, listing({ limit: 500 }))).items)).filter(stays)
        const pending = [...changes]
        const between = async () => {
          for (const { run, at, gone } of pending.shift() ?? []) {
            if (gone) log.append(scope, forget(ofRun.get(run)!, 5_000 + n))
            ofRun.set(run, gone ? [] : [...ofRun.get(run)!, write(`${run} moves`, at)])
          }
        }
        const listed = (await pagesOf(api, null, limit, between)).flat()
        t.deepEqual(namesOf(listed).filter(stays), staying)
      },
    ),
    { numRuns: propertyRuns(100) },
  )
})

const stays = (name: string): boolean => name.endsWith('stays')

test('a cursor is good for its own episodes only', async (t) => {
  const { api, log } = serve()
  for (let n = 1; n <= 5; n += 1) log.append(scope, remember(n, 'x', inRun(`r${n}`, n)))
  const { nextCursor: cursor } = await api.episodes(reader, listing({ limit: 2 }))
  const { nextCursor: ofMemories } = await api.list(reader, listing({ limit: 2 }))
  t.truthy(cursor)
  t.truthy(ofMemories)
  const page = await api.episodes(reader, listing({ limit: 2, cursor }))
  t.deepEqual(namesOf(page.items), ['r3', 'r2'])
  for (const [who, parts] of [
    [reader, { cursor, filter: of('ana') }],
    [reader, { cursor, namespace: 'other' }],
    [{ ...reader, tenant: 'other' }, { cursor }],
    [reader, { cursor: ofMemories }],
    [reader, { cursor: `${cursor}A` }],
  ] as const) {
    const problem = await refusal(api.episodes(who, listing(parts)))
    t.deepEqual([problem.code, problem.field], ['invalid_cursor', 'cursor'])
  }
  t.is((await refusal(api.list(reader, listing({ cursor })))).code, 'invalid_cursor')
})

test('a cursor goes on in a log that was restored, in which places mean the same', async (t) => {
  const { api, log } = serve()
  const write = () => {
    for (let n = 1; n <= 4; n += 1) log.append(scope, remember(n, 'x', inRun(`r${n}`, n)))
  }
  write()
  const { nextCursor: cursor } = await api.episodes(reader, listing({ limit: 2 }))
  log.restoreLog(partition, 1, 'b'.repeat(16))
  write()
  t.deepEqual(namesOf((await api.episodes(reader, listing({ cursor }))).items), ['r2', 'r1'])
})

test('an unknown namespace has no episodes, one out of reach is refused', async (t) => {
  const { api } = serve()
  t.deepEqual((await api.episodes(reader, listing({ namespace: 'nowhere' }))).items, [])
  const problem = await refusal(api.episodes({ ...reader, namespaces: ['other'] }, listing()))
  t.deepEqual([problem.code, problem.field], ['forbidden', 'namespace'])
})

test('episodes are as fresh as was asked, or say that they lag', async (t) => {
  const log = new FoldedLog({ autoFold: false })
  const { api } = serve(log)
  log.append(scope, remember(1, 'x', inRun('first', 1)))
  log.fold(partition)
  const after = log.append(scope, remember(2, 'y', inRun('second', 2)))
  const page = await api.episodes(reader, listing())
  t.deepEqual([namesOf(page.items), page.degraded], [['first'], ['lag']])
  t.is((await refusal(api.episodes(reader, listing({ after })))).code, 'not_yet_visible')
  log.fold(partition)
  t.deepEqual(namesOf((await api.episodes(reader, listing({ after }))).items), ['second', 'first'])
})

test('a store that does not answer is a refusal', async (t) => {
  const { api, log } = serve()
  log.append(scope, remember(1, 'x', inRun('first', 1)))
  log.fault = new Error('disk gone')
  t.is((await refusal(api.episodes(reader, listing()))).code, 'store_unavailable')
})
