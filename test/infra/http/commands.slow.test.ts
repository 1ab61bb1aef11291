import test from 'ava'
import type { ForgetRequest, RememberRequest } from '../../../commands/requests/requests.ts'
import { call } from './support/call.ts'
import { MEMORY_ID, OTHER_ID, POSITION, receipt } from './support/doubles.ts'
import { startEdge } from './support/start-edge.ts'

test('answers 202 when the log has it, 201 when it is stored, 200 for a duplicate', async (t) => {
  const edge = await startEdge(t)
  for (const [status, code] of [
    ['accepted', 202],
    ['stored', 201],
    ['duplicate', 200],
  ] as const) {
    edge.commands.answer = async () => receipt({ status })
    const answer = await call(`${edge.url}/remember`, { body: { content: 'x' } })
    t.is(answer.status, code)
    t.deepEqual(answer.json, {
      memory_id: MEMORY_ID,
      command_id: OTHER_ID,
      position: POSITION,
      status,
      accepted_at: '2025-10-15T12:00:00.000Z',
    })
    t.is(answer.headers.get('idempotent-replayed'), null)
  }
})

test('says when an answer is the first one given again', async (t) => {
  const edge = await startEdge(t)
  edge.commands.answer = async () => receipt({ status: 'duplicate', replayed: true })
  const answer = await call(`${edge.url}/remember`, { body: { content: 'x' }, headers: { 'idempotency-key': 'k-1' } })
  t.is(answer.status, 200)
  t.is(answer.headers.get('idempotent-replayed'), 'true')
  t.is(edge.commands.lastCaller().idempotencyKey, 'k-1')
})

test('fills in defaults and resolves aliases', async (t) => {
  const edge = await startEdge(t)
  await call(`${edge.url}/remember`, { body: { content: 'x', episode: 'chat-1', user_id: 'ana', importance: 0.123 } })
  t.deepEqual(edge.commands.last<RememberRequest>(), {
    namespace: 'default',
    content: 'x',
    metadata: {},
    tags: [],
    kind: 'episodic',
    author: null,
    runId: 'chat-1',
    userId: 'ana',
    agentId: null,
    subject: 'ana',
    occurredAt: null,
    importance: 123,
    ttlSeconds: null,
    supersedes: null,
    links: [],
  })
})

test('takes the longest content of characters beyond the basic plane', async (t) => {
  const edge = await startEdge(t)
  const content = '𝄞'.repeat(50_000)
  t.is((await call(`${edge.url}/remember`, { body: { content } })).status, 202)
  t.is(edge.commands.last<RememberRequest>().content, content)
})

test('passes on the headers that bear on a command', async (t) => {
  const edge = await startEdge(t)
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const answer = await call(`${edge.url}/remember`, {
    body: { content: 'x' },
    headers: { traceparent, prefer: 'respond-async, wait=2' },
  })
  const { identity, ...caller } = edge.commands.lastCaller()
  t.deepEqual(caller, { idempotencyKey: null, traceparent, waitMs: 2000 })
  t.is(identity.tenant, 'default')
  t.is(answer.headers.get('preference-applied'), 'wait=2')
})

test('cuts a wait to the longest one, and ignores what is no preference or trace', async (t) => {
  const edge = await startEdge(t, { options: { maxWaitMs: 3000 } })
  for (const [prefer, waitMs] of [
    ['wait=100', 3000],
    ['wait=0', null],
    ['wait=soon', null],
    ['await=5', null],
    ['handling=strict; foo=1, wait=1', 1000],
  ] as const) {
    await call(`${edge.url}/remember`, { body: { content: 'x' }, headers: { prefer, traceparent: 'nonsense' } })
    t.is(edge.commands.lastCaller().waitMs, waitMs, prefer)
    t.is(edge.commands.lastCaller().traceparent, null)
  }
})

test('every command reaches its own door', async (t) => {
  const edge = await startEdge(t)
  const id = { memory_id: MEMORY_ID.toUpperCase() }
  const link = { ...id, rel: 'depends_on', target: OTHER_ID }
  const from = { namespace: null, from: MEMORY_ID, rel: 'depends_on', to: OTHER_ID }
  for (const [path, body, method, request] of [
    ['/restore', id, 'restore', { namespace: null, memoryId: MEMORY_ID }],
    ['/link', link, 'link', from],
    ['/unlink', { ...link, namespace: 'a' }, 'unlink', { ...from, namespace: 'a' }],
    ['/feedback', id, 'feedback', { namespace: null, memoryId: MEMORY_ID, useful: true }],
    ['/feedback', { ...id, useful: false }, 'feedback', { namespace: null, memoryId: MEMORY_ID, useful: false }],
  ] as const) {
    t.is((await call(`${edge.url}${path}`, { body })).status, 202, path)
    t.is(edge.commands.calls.at(-1)?.method, method)
    t.deepEqual(edge.commands.last<unknown>(), request)
  }
})

test('configures a namespace', async (t) => {
  const edge = await startEdge(t)
  const answer = await call(`${edge.url}/namespaces/notes-1`, { method: 'PUT', body: { profile: 'notes' } })
  t.is(answer.status, 202)
  t.deepEqual(edge.commands.last<unknown>(), { namespace: 'notes-1', language: null, profile: 'notes' })
})

test('forgets one memory, what a filter names, or what a scope names', async (t) => {
  const edge = await startEdge(t)
  const tagged = { op: 'in', field: 'tags', values: ['draft'] }
  const ofAna = { op: 'in', field: 'user_id', values: ['ana'] }
  for (const [body, what, namespace] of [
    [{ memory_id: MEMORY_ID }, { memoryId: MEMORY_ID }, null],
    [{ filters: { tags: 'draft' } }, { filter: tagged }, 'default'],
    [{ user_id: 'ana', namespace: 'a' }, { filter: ofAna }, 'a'],
    [{ user_id: 'ana', filters: { tags: 'draft' } }, { filter: { op: 'and', of: [ofAna, tagged] } }, 'default'],
  ] as const) {
    const answer = await call(`${edge.url}/forget`, { body })
    t.is(answer.status, 202)
    t.deepEqual(edge.commands.last<ForgetRequest>(), { namespace, what, dryRun: false })
    t.like(answer.json, { count: 1, dry_run: false, position: POSITION })
  }
})

test('a dry run of forgetting counts and answers 200', async (t) => {
  const edge = await startEdge(t)
  edge.commands.answerForget = async () => ({ count: 7, dryRun: true, receipts: [] })
  const answer = await call(`${edge.url}/forget`, { body: { filters: { tags: 'draft' }, dry_run: true } })
  t.is(answer.status, 200)
  t.deepEqual(answer.json, { count: 7, dry_run: true, receipts: [], position: null })
  t.true(edge.commands.last<ForgetRequest>().dryRun)
})

test('deletes a memory even when the client sends a content type without a body', async (t) => {
  const edge = await startEdge(t)
  const answer = await call(`${edge.url}/memories/${MEMORY_ID}?namespace=a`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
  })
  t.is(answer.status, 202)
  t.is(answer.json.memory_id, MEMORY_ID)
  t.deepEqual(edge.commands.last<ForgetRequest>(), { namespace: 'a', what: { memoryId: MEMORY_ID }, dryRun: false })
})

test('takes null for what is optional', async (t) => {
  const edge = await startEdge(t)
  const body = { content: 'x', author: null, user_id: null, occurred_at: null, ttl_seconds: null, supersedes: null }
  t.is((await call(`${edge.url}/remember`, { body })).status, 202)
})
