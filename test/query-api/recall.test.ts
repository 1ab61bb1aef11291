import test from 'ava'
import { forget, memoryId, remember } from './support/commands.ts'
import { FoldedLog } from './support/folded-log.ts'
import { asking, offsetOf, partition, reader, refusal, scope, serve } from './support/serve.ts'

const found = (answer: { results: readonly { memoryId: string }[] }) => answer.results.map((hit) => hit.memoryId)

test('what was remembered is recalled, best first, with its score and the position it stands for', async (t) => {
  const { api, log } = serve()
  log.append(scope, remember(1, 'The ferry to Hornby island leaves at noon'))
  log.append(scope, remember(2, 'Bread needs flour, water and salt'))
  log.append(scope, remember(3, 'Hornby has a bakery'))
  const answer = await api.recall(reader, asking('When does the ferry to Hornby leave?'))
  t.is(answer.results[0]?.content, 'The ferry to Hornby island leaves at noon')
  const scores = answer.results.map((hit) => hit.score)
  t.deepEqual(
    scores,
    scores.toSorted((a, b) => b - a),
  )
  t.true(scores.every((score) => score >= 0 && score <= 1))
  t.is(offsetOf(answer.position), 3)
  t.deepEqual(answer.degraded, [])
})

test('a namespace that nobody wrote to has nothing to recall', async (t) => {
  const answer = await serve().api.recall(reader, asking('anything', { namespace: 'nowhere' }))
  t.deepEqual(answer.results, [])
})

test('neither other namespaces nor other tenants are recalled from', async (t) => {
  const { api, log } = serve()
  log.append({ ...scope, namespace: 'other' }, remember(1, 'a walrus'))
  log.append({ tenant: 'rival', namespace: 'notes' }, remember(2, 'a walrus'))
  log.append(scope, remember(3, 'a walrus'))
  t.deepEqual(found(await api.recall(reader, asking('walrus'))), [memoryId(3)])
})

test('a credential that is bound to namespaces recalls from those only', async (t) => {
  const { api, log } = serve()
  log.append(scope, remember(1, 'a walrus'))
  const problem = await refusal(api.recall({ ...reader, namespaces: ['elsewhere'] }, asking('walrus')))
  t.is(problem.code, 'forbidden')
  t.is(problem.field, 'namespace')
  t.is((await api.recall({ ...reader, namespaces: ['notes'] }, asking('walrus'))).results.length, 1)
})

test('what is forgotten is not recalled, and still there as of earlier', async (t) => {
  const { api, log } = serve()
  log.append(scope, remember(1, 'a walrus', { recordedAt: 1_000 }))
  log.append(scope, forget([1], 5_000))
  t.deepEqual(found(await api.recall(reader, asking('walrus'))), [])
  const earlier = await api.recall(reader, asking('walrus', { asOf: { valid: null, known: 4_000 } }))
  t.deepEqual(found(earlier), [memoryId(1)])
  t.is(earlier.results[0]?.retiredAt, null)
})

test('a correction ends what it corrects from its own instant on', async (t) => {
  const { api, log } = serve()
  log.append(scope, remember(1, 'Ada lives in Rome', { recordedAt: 1_000 }))
  log.append(scope, remember(2, 'Ada lives in Oslo', { recordedAt: 5_000, supersedes: memoryId(1) }))
  t.deepEqual(found(await api.recall(reader, asking('Where does Ada live?'))), [memoryId(2)])
  const then = await api.recall(reader, asking('Where does Ada live?', { asOf: { valid: 2_000, known: null } }))
  t.deepEqual(found(then), [memoryId(1)])
  t.is(then.asOf, 2_000)
})

test('a memory whose time is up is not recalled from that instant on', async (t) => {
  const { api, log, time } = serve()
  log.append(scope, remember(1, 'a walrus', { recordedAt: 1_000, ttlSeconds: 10 }))
  time.now = 10_999
  t.is((await api.recall(reader, asking('walrus'))).results.length, 1)
  time.now = 11_000
  t.is((await api.recall(reader, asking('walrus'))).results.length, 0)
})

test('filters, k and min_score restrict the hits', async (t) => {
  const { api, log } = serve()
  for (let id = 1; id <= 8; id += 1) {
    log.append(scope, remember(id, 'a walrus swims', { secret: { author: id % 2 === 0 ? 'Ada' : 'Bob' } }))
  }
  const filter = { op: 'in', field: 'author', values: ['Ada'] } as const
  t.is((await api.recall(reader, asking('walrus', { filter }))).results.length, 4)
  t.is((await api.recall(reader, asking('walrus', { k: 3 }))).results.length, 3)
  t.is((await api.recall(reader, asking('walrus', { minScore: 1 }))).results.length, 0)
})

test('an explained answer shows signals, statistics and what the density matrix says', async (t) => {
  const { api, log } = serve()
  log.append(scope, remember(1, 'a walrus swims'))
  log.append(scope, remember(2, 'a seal sleeps'))
  const plain = await api.recall(reader, asking('walrus'))
  t.is(plain.explanation, undefined)
  t.is(plain.results[0]?.signals, undefined)
  const { results, explanation } = await api.recall(reader, asking('walrus', { explain: true }))
  t.true(Object.values(results[0]!.signals!).some(({ contribution }) => contribution > 0))
  t.deepEqual(explanation?.query, {
    terms: ['walrus'],
    idf: { walrus: Math.LN2 },
    topics: [],
    dates: [],
    asks_when: false,
    asks_number: false,
    asks_name: false,
  })
  t.like(explanation?.statistics, { memories: 2, visible: 2, language: 'en', profile: 'notes' })
  t.deepEqual(explanation?.density, { novelty: 0.25, drift: null, diversity: 0.5 })
})

test('an explained answer goes on without working memory and says so', async (t) => {
  const fault = new Error('connection refused')
  const down = { state: () => Promise.reject(fault), report: () => Promise.reject(fault) }
  const { api, log, faults } = serve(new FoldedLog(), { workingMemory: down })
  log.append(scope, remember(1, 'a walrus swims'))
  const answer = await api.recall(reader, asking('walrus', { explain: true }))
  t.is(answer.results.length, 1)
  t.deepEqual(answer.degraded, ['redis'])
  t.is(faults.length, 1)
  t.is((faults[0] as Error).cause, fault)
})

test('a missing key closes its namespace and no other', async (t) => {
  const { api, log, opener } = serve()
  log.append(scope, remember(1, 'a walrus', { keyId: 'lost' }))
  log.append({ ...scope, namespace: 'other' }, remember(2, 'a walrus'))
  opener.missing.add('lost')
  const problem = await refusal(api.recall(reader, asking('walrus')))
  t.is(problem.code, 'key_missing')
  t.is(problem.members?.key_id, 'lost')
  t.is((await api.recall(reader, asking('walrus', { namespace: 'other' }))).results.length, 1)
  opener.missing.clear()
  t.is((await api.recall(reader, asking('walrus'))).results.length, 1)
})

test('a memory under a destroyed key is gone', async (t) => {
  const { api, log, opener } = serve()
  log.append(scope, remember(1, 'a walrus', { keyId: 'gone' }))
  log.append(scope, remember(2, 'a walrus too'))
  opener.destroyed.add('gone')
  t.deepEqual(found(await api.recall(reader, asking('walrus'))), [memoryId(2)])
})

test('a memory that is erased after the view was read is left out of the answer', async (t) => {
  const { api, log, opener } = serve()
  log.append(scope, remember(1, 'a walrus', { keyId: 'gone' }))
  log.append(scope, remember(2, 'a walrus too'))
  t.is((await api.recall(reader, asking('walrus'))).results.length, 2)
  opener.destroyed.add('gone')
  t.deepEqual(found(await api.recall(reader, asking('walrus'))), [memoryId(2)])
})

test('what is in the log and not folded yet is waited for where latest is the default', async (t) => {
  const log = new FoldedLog({ autoFold: false })
  const { api } = serve(log, { limits: { visibleWaitMs: 5_000 } })
  log.append(scope, remember(1, 'a walrus'))
  const answer = api.recall(reader, asking('walrus'))
  setImmediate(() => log.fold(partition))
  t.deepEqual(found(await answer), [memoryId(1)])
})

test('an answer that could not wait long enough says that it lags; one that was asked to is refused', async (t) => {
  const log = new FoldedLog({ autoFold: false })
  const { api } = serve(log)
  log.append(scope, remember(1, 'a walrus'))
  log.fold(partition)
  const position = log.append(scope, remember(2, 'another walrus'))
  const answer = await api.recall(reader, asking('walrus'))
  t.deepEqual(found(answer), [memoryId(1)])
  t.deepEqual(answer.degraded, ['lag'])
  t.is(offsetOf(answer.position), 1)
  for (const after of ['latest', position]) {
    t.is((await refusal(api.recall(reader, asking('walrus', { after })))).code, 'not_yet_visible')
  }
})

test('a store that does not answer is a refusal', async (t) => {
  const { api, log } = serve()
  log.append(scope, remember(1, 'a walrus'))
  log.fault = new Error('disk gone')
  t.is((await refusal(api.recall(reader, asking('walrus')))).code, 'store_unavailable')
})
