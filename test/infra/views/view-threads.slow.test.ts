import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { ProblemError } from '../../../domain/problem.ts'
import { openReadOnlyKeyStore } from '../../../infra/sqlite/keys/read-only-key-store.ts'
import { createViewThreads } from '../../../infra/views/view-threads.ts'
import { noViewMetrics } from '../../../query-api/ports/view-metrics.ts'
import { defaultQueryLimits } from '../../../query-api/query-limits.ts'
import { identity, openEmbedded, recallRequest, rememberRequest, waiting } from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

const HOSTED = { queryLimits: { hostFromRows: 1, loaderFromRows: 40 } }
const HERE = { queryLimits: { hostFromRows: Number.POSITIVE_INFINITY } }
const scope = { tenant: 'default', namespace: 'default' }

async function filled(t: Parameters<typeof openEmbedded>[0], count: number) {
  const dataDir = temporaryFolder(t)
  const open = await openEmbedded(t, dataDir)
  const items = Array.from({ length: count }, (_, n) => ({
    idempotencyKey: null,
    request: rememberRequest(`Mara repaired clock number ${n} at the harbour.`, {
      author: n % 2 === 0 ? 'Mara' : 'Tom',
      runId: `week ${n % 9}`,
    }),
  }))
  await open.commands.rememberMany(waiting(), items)
  await open.close()
  return dataDir
}

test('a view on a thread of its own answers as one on this thread, word for word', async (t) => {
  const dataDir = await filled(t, 60)
  const answers = async (limits: typeof HERE | typeof HOSTED) => {
    const open = await openEmbedded(t, dataDir, () => Date.UTC(2027, 0, 1), limits)
    const found = []
    for (const query of ['clock 17', 'What did Mara repair?', 'nothing of the kind']) {
      const { queryTimeMs: _, ...answer } = await open.query.recall(identity, recallRequest(query, { explain: true }))
      found.push(answer)
    }
    const page = { namespace: 'default', filter: null, limit: 7, cursor: null, after: null }
    const listed = await open.query.list(identity, page)
    const episodes = await open.query.episodes(identity, page)
    const views = open.query.views().map(({ bytes: _, ...view }) => view)
    await open.close()
    return { found, listed, episodes, views }
  }
  const here = await answers(HERE)
  t.true(here.found[0]!.results.length > 0)
  t.is(here.episodes.items.length, 7)
  t.deepEqual(await answers(HOSTED), here)
})

test('questions that come together are answered as each would be alone, and see what was written before them', async (t) => {
  const open = await openEmbedded(t, await filled(t, 300), () => Date.UTC(2027, 0, 1), HOSTED)
  const ask = async (n: number) => {
    const request = recallRequest(`What did Mara do with clock ${n}?`, { explain: n % 2 === 0 })
    const { queryTimeMs: _, ...answer } = await open.query.recall(identity, request)
    return answer
  }
  for (let round = 0; round < 6; round += 1) {
    const together = await Promise.all(Array.from({ length: 24 }, (_, n) => ask(n + round)))
    for (const [n, answer] of together.entries()) t.deepEqual(answer, await ask(n + round))
    await open.commands.remember(waiting(), rememberRequest(`Mara sold clock ${round} of the tower.`))
    const seen = await Promise.all(Array.from({ length: 8 }, () => ask(round)))
    for (const { results } of seen)
      t.true(results.some(({ content }) => content === `Mara sold clock ${round} of the tower.`))
  }
})

test('what was written is in the next answer of a view on a thread, and its figures are in the metrics', async (t) => {
  const open = await openEmbedded(t, await filled(t, 10), Date.now, HOSTED)
  t.is((await open.query.recall(identity, recallRequest('clock', { k: 100 }))).results.length, 10)
  await open.commands.remember(waiting(), rememberRequest('A lighthouse keeper wrote it down.'))
  const { results } = await open.query.recall(identity, recallRequest('lighthouse'))
  t.deepEqual(
    results.map(({ content }) => content),
    ['A lighthouse keeper wrote it down.'],
  )
  const text = await open.metrics.registry.metrics()
  t.regex(text, /^somabrain_view_loaded_rows_total 10$/m)
  t.regex(text, /^somabrain_resident_views 1$/m)
})

test('a namespace that grows large moves to a thread, and is answered all the while', async (t) => {
  const open = await openEmbedded(t, await filled(t, 10), Date.now, { queryLimits: { hostFromRows: 12 } })
  const recalled = async () => (await open.query.recall(identity, recallRequest('clock', { k: 100 }))).results.length
  t.is(await recalled(), 10)
  for (let n = 0; n < 3; n += 1) await open.commands.remember(waiting(), rememberRequest(`clock of the tower ${n}`))
  t.is(await recalled(), 13)
  await eventually(async () => {
    if ((await recalled()) !== 13) throw new Error('not every memory answers')
    const text = await open.metrics.registry.metrics()
    if (!/^somabrain_view_loaded_rows_total 23$/m.test(text)) throw new Error('it has not moved yet')
  })
  t.is(await recalled(), 13)
})

test('a snapshot survives a restart, and is gone once its namespace is forgotten while nobody has it open', async (t) => {
  const dataDir = await filled(t, 60)
  const snapshots = () => (existsSync(join(dataDir, 'views')) ? readdirSync(join(dataDir, 'views')).sort() : [])
  const first = await openEmbedded(t, dataDir, Date.now, HOSTED)
  const before = (await first.query.recall(identity, recallRequest('clock 17'))).results
  await eventually(() => {
    if (!snapshots().some((name) => name.endsWith('.view'))) throw new Error('no snapshot yet')
  })
  await first.close()
  const second = await openEmbedded(t, dataDir, Date.now, HOSTED)
  await second.query.passErasures([{ ...scope, offset: 0 }])
  t.deepEqual(snapshots(), [])
  t.deepEqual(
    (await second.query.recall(identity, recallRequest('clock 17'))).results.map(({ score }) => score),
    before.map(({ score }) => score),
  )
})

test('who waits for a view whose thread ends is refused and may retry; the next read has a new thread', async (t) => {
  const dataDir = await filled(t, 200)
  const source = {
    rows: { kind: 'sqlite', state: `${dataDir}/state.db`, keys: `${dataDir}/keys.db` },
    dataDir,
    masterKey: null,
    vectorModel: null,
    limits: defaultQueryLimits,
  } as const

  const keys = openReadOnlyKeyStore(source.rows.keys)
  const progress = { waitForFold: async () => true }
  const threads = createViewThreads(source, { progress, key: keys.key, metrics: noViewMetrics, onFault: () => {} })
  const lost: string[] = []
  const open = (name: string) => threads.open(scope, { changed() {}, lost: () => lost.push(name) })
  const refused = open('first').load()
  await threads.close()
  const error = await t.throwsAsync(refused, { instanceOf: ProblemError })
  t.is(error.problem.code, 'view_lost')
  t.is(error.status, 503)
  t.true(error.problem.retryAfterSeconds! > 0)
  t.deepEqual(lost, ['first'])
  const second = open('second')
  await second.load()
  t.deepEqual(second.progress, { ready: true, rows: 200, of: 200 })
  await threads.close()
  keys.close()
})

test('a thread whose store cannot be opened refuses, every time it is asked', async (t) => {
  const faults: unknown[] = []
  const source = {
    rows: { kind: 'sqlite', state: '/nowhere/state.db', keys: '/nowhere/keys.db' },
    dataDir: temporaryFolder(t),
    masterKey: null,
    vectorModel: null,
    limits: defaultQueryLimits,
  } as const
  const deps = { progress: { waitForFold: async () => true }, key: async () => null, metrics: noViewMetrics }
  const threads = createViewThreads(source, { ...deps, onFault: (fault) => faults.push(fault) })
  for (let n = 1; n <= 2; n += 1) {
    const view = threads.open(scope, { changed() {}, lost() {} })
    t.is((await t.throwsAsync(view.load(), { instanceOf: ProblemError })).problem.code, 'view_lost')
    t.is(faults.length, n)
  }
})
