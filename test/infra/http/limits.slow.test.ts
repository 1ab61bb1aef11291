import assert from 'node:assert/strict'
import test, { type ExecutionContext } from 'ava'
import { createLimit } from '../../../infra/limits/create-limit.ts'
import type { LimitSettings } from '../../../infra/limits/limit-settings.ts'
import { ProcessLimitStore } from '../../../infra/limits/process-limit-store.ts'
import { openEmbedded, TestClock } from '../../support/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { call } from './support/call.ts'
import { startEdge } from './support/start-edge.ts'

/** Ten hours before the end of the UTC day. */
const AT = Date.UTC(2025, 9, 15, 14)
const limited = (settings: Partial<LimitSettings>, writtenToday = 0) => {
  const store = new ProcessLimitStore(
    () => AT,
    async () => writtenToday,
  )
  return {
    limit: createLimit({ requests: null, memoriesPerDay: null, namespaces: null, ...settings }, store, () => AT),
  }
}
/** With the real doors: memories count where they turn out to be new. */
const startLimited = async (t: ExecutionContext, memoriesPerDay: number, writtenToday = 0, options = {}) => {
  const { commands, query } = await openEmbedded(t, temporaryFolder(t), new TestClock(AT).now)
  const requests = { perSecond: 10, burst: 20 }
  return startEdge(t, { commands, query, ...limited({ requests, memoriesPerDay }, writtenToday), options })
}
const ndjson = { 'content-type': 'application/x-ndjson' }
const line = (content: string): string => `${JSON.stringify({ content })}\n`

const outcomesOf = (results: unknown): string[] =>
  (results as { status?: string; error?: { code: string } }[]).map(({ status, error }) => error?.code ?? status ?? '')
const contentsOf = ({ results }: Record<string, unknown>): string[] =>
  (results as { content: string }[]).map(({ content }) => content)

test('every answer says what the limits are and what is left', async (t) => {
  const edge = await startLimited(t, 100, 40)
  const recall = await call(`${edge.url}/recall`, { body: { query: 'x' } })
  t.is(recall.headers.get('ratelimit-policy'), '"requests";q=20;w=2')
  t.is(recall.headers.get('ratelimit'), '"requests";r=19;t=1')
  const remember = await call(`${edge.url}/remember`, { body: { content: 'x' } })
  t.is(remember.headers.get('ratelimit-policy'), '"requests";q=20;w=2, "memories";q=100;w=86400')
  t.is(remember.headers.get('ratelimit'), '"requests";r=18;t=1, "memories";r=59;t=36000')
  const refused = await call(`${edge.url}/recall`, { body: {} })
  t.is(refused.status, 400)
  t.is(refused.headers.get('ratelimit'), '"requests";r=17;t=1')
})

test('a tenant that asks too fast is refused before its body is read, and told when to come again', async (t) => {
  const edge = await startEdge(t, limited({ requests: { perSecond: 0.1, burst: 1 } }))
  await call(`${edge.url}/recall`, { body: { query: 'x' } })
  const refused = await call(`${edge.url}/recall`, { raw: 'no JSON', headers: { 'content-type': 'application/json' } })
  t.is(refused.status, 429)
  t.like(refused.json, { code: 'rate_limited', retryable: true, quota: 'requests' })
  t.is(refused.headers.get('retry-after'), '10')
  t.is(refused.headers.get('ratelimit'), '"requests";r=0;t=10')
  t.is(edge.query.calls.length, 1)
})

test('probes are not limited, and without limits nothing is said of them', async (t) => {
  const edge = await startEdge(t, limited({ requests: { perSecond: 0.1, burst: 1 } }))
  for (let i = 0; i < 3; i++) t.is((await call(`${edge.url}/live`)).status, 200)
  const free = await startEdge(t)
  t.is((await call(`${free.url}/recall`, { body: { query: 'x' } })).headers.get('ratelimit'), null)
})

test('what is over the day is refused until midnight', async (t) => {
  const edge = await startLimited(t, 10, 9)
  t.is((await call(`${edge.url}/remember`, { body: { content: 'x' } })).status, 202)
  const refused = await call(`${edge.url}/remember`, { body: { content: 'y' } })
  t.is(refused.status, 429)
  t.is(refused.json.quota, 'memories')
  t.is(refused.headers.get('retry-after'), '36000')
  const recall = await call(`${edge.url}/recall`, { body: { query: 'x y', after: 'latest' } })
  t.deepEqual(contentsOf(recall.json), ['x'])
})

test('what is asked again costs nothing again, and is answered when the day is used up', async (t) => {
  const edge = await startLimited(t, 3)
  const headers = { 'idempotency-key': 'one', prefer: 'wait=5' }
  const remember = () => call(`${edge.url}/remember`, { body: { content: 'x' }, headers })
  const items = [{ content: 'y', idempotency_key: 'two' }, { content: 'z', idempotency_key: 'three' }, { content: 'w' }]
  const batch = async (raw?: string) => {
    const body = raw === undefined ? { body: { items } } : { raw }
    const type = raw === undefined ? {} : ndjson
    return call(`${edge.url}/remember/batch`, { ...body, headers: { prefer: 'wait=5', ...type } })
  }
  const first = await remember()
  t.is(first.status, 201)
  t.is((await remember()).headers.get('ratelimit'), '"requests";r=18;t=1')
  t.deepEqual(outcomesOf((await batch()).json.results), ['stored', 'stored', 'rate_limited'])
  t.deepEqual(outcomesOf((await batch()).json.results), ['duplicate', 'duplicate', 'rate_limited'])
  const raw = items.map((item) => `${JSON.stringify(item)}\n`).join('')
  const lines = (await batch(raw)).text.trim().split('\n')
  t.deepEqual(outcomesOf(lines.slice(0, -1).map((one) => JSON.parse(one))), ['duplicate', 'duplicate', 'rate_limited'])
  const again = await remember()
  t.is(again.status, 200)
  t.is(again.json.memory_id, first.json.memory_id)
})

test('of a batch the first that fit are remembered, each other one is refused by itself', async (t) => {
  const edge = await startLimited(t, 2)
  const items = [{ content: 'a' }, { content: '' }, { content: 'b' }, { content: 'c' }]
  const { json, status } = await call(`${edge.url}/remember/batch`, { body: { items } })
  t.is(status, 200)
  t.deepEqual(outcomesOf(json.results), ['accepted', 'invalid_request', 'accepted', 'rate_limited'])
  t.is((await call(`${edge.url}/remember/batch`, { body: { items } })).status, 429)
})

test('a batch of more than is looked at in one turn says once what is left', async (t) => {
  const edge = await startLimited(t, 100)
  const items = Array.from({ length: 120 }, (_, i) => ({ content: `memory ${i}` }))
  const { json, headers } = await call(`${edge.url}/remember/batch`, { body: { items } })
  t.is(json.accepted, 100)
  t.is(headers.get('ratelimit'), '"requests";r=19;t=1, "memories";r=0;t=36000')
})

test('exhausted inside a stream, each line that is left gets its own refusal', async (t) => {
  const edge = await startLimited(t, 3, 0, { importWindowLines: 2 })
  const raw = Array.from({ length: 7 }, (_, i) => line(`memory ${i}`)).join('')
  const { status, text } = await call(`${edge.url}/remember/batch`, { raw, headers: ndjson })
  t.is(status, 200)
  const lines = text
    .trim()
    .split('\n')
    .map((one) => JSON.parse(one))
  t.deepEqual(
    lines.map(({ index, error, accepted }) => [index, error?.code, accepted]),
    [
      ...[0, 1, 2].map((i) => [i, undefined, undefined]),
      ...[3, 4, 5, 6].map((i) => [i, 'rate_limited', undefined]),
      [undefined, undefined, 3],
    ],
  )
})

test('a tenant that is worked on as much as may be waits, and a neighbour does not', async (t) => {
  const held = Promise.withResolvers<void>()
  const begun: string[] = []
  const authenticator = {
    authenticate: ({ authorization }: { authorization?: string }) => ({
      tenant: authorization ?? 'none',
      principal: 'p',
      roles: ['reader' as const],
      namespaces: null,
    }),
  }
  const limits = limited({ requests: { perSecond: 1000, burst: 1000 } })
  const options = { maxActiveRequests: 3, maxActivePerTenant: 2, maxActiveMs: 60_000 }
  const edge = await startEdge(t, { ...limits, authenticator, options })
  const answer = edge.query.recall
  edge.query.recall = async (...asked) => {
    begun.push((asked[0] as { tenant: string }).tenant)
    await held.promise
    return answer(...asked)
  }
  const recall = (tenant: string) =>
    call(`${edge.url}/recall`, { body: { query: 'x' }, headers: { authorization: tenant, prefer: 'wait=5' } })
  const flood = Array.from({ length: 6 }, () => recall('a'))
  await eventually(() => assert.equal(begun.length, 2))
  const neighbour = recall('b')
  await eventually(() => assert.deepEqual(begun, ['a', 'a', 'b']))
  held.resolve()
  const statuses = (await Promise.all([...flood, neighbour])).map(({ status }) => status)
  t.deepEqual(statuses, Array(7).fill(200))
})

test('one tenant cannot hold all places, and gives its own back', async (t) => {
  const held = Promise.withResolvers<void>()
  const authenticator = {
    authenticate: ({ authorization }: { authorization?: string }) => ({
      tenant: authorization ?? 'none',
      principal: 'p',
      roles: ['reader' as const],
      namespaces: null,
    }),
  }
  const limits = limited({ requests: { perSecond: 1000, burst: 1000 } })
  const edge = await startEdge(t, { ...limits, authenticator, options: { maxInFlightPerTenant: 2 } })
  const answer = edge.query.recall
  edge.query.recall = async (...asked) => {
    await held.promise
    return answer(...asked)
  }
  const recall = (tenant: string) =>
    call(`${edge.url}/recall`, { body: { query: 'x' }, headers: { authorization: tenant } })
  const slow = [recall('a'), recall('a')]
  const refused = await Promise.race([recall('a'), recall('a'), recall('a')])
  t.is(refused.status, 429)
  t.is(refused.json.quota, 'in_flight')
  const neighbour = recall('b')
  held.resolve()
  t.deepEqual((await Promise.all([...slow, neighbour])).map(({ status }) => status).at(-1), 200)
  t.is((await recall('a')).status, 200)
})
