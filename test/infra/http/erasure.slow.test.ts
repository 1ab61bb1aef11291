import test from 'ava'
import type { EraseRequest } from '../../../commands/requests/erase-request.ts'
import type { Role } from '../../../domain/identity.ts'
import { ProblemError } from '../../../domain/problem.ts'
import { type Authenticator, unauthenticated } from '../../../infra/http/auth/authenticator.ts'
import type { ErasureDoors } from '../../../infra/http/http-server-deps.ts'
import { PERMIT_STANDS_MS } from '../../../infra/http/standing-permit.ts'
import type { ErasureState, ExportedMemory } from '../../../query-api/subjects-api.ts'
import { call } from './support/call.ts'
import { MEMORY_ID, memory, NOW } from './support/doubles.ts'
import { eventually } from './support/eventually.ts'
import { startEdge } from './support/start-edge.ts'

const RECEIPT_ID = MEMORY_ID

interface Doors extends ErasureDoors {
  readonly asked: EraseRequest[]
}

async function* manyMemories(count: number): AsyncIterable<ExportedMemory> {
  for (let i = 0; i < count; i += 1) {
    yield { memory: memory({ content: `number ${i}\u2028` }), links: [], known: [], inWorkingMemory: i === 0 }
  }
}

/** Doors in memory: one receipt, and an export of three memories. */
function doors(state: ErasureState, memories = () => manyMemories(3)): Doors {
  const asked: EraseRequest[] = []
  return {
    asked,
    eraser: {
      async erase(_, request) {
        asked.push(request)
        return { receiptId: RECEIPT_ID, acceptedAt: NOW, namespaces: ['default'], replayed: false }
      },
    },
    subjects: {
      async receipt(_, receiptId) {
        if (receiptId === RECEIPT_ID) return state
        throw new ProblemError({ code: 'receipt_not_found', detail: 'There is none.', field: 'id' })
      },
      exportSubject: async () => memories(),
    },
    keys: {
      receiptKey: async () => ({ keyId: 'abc', publicKeyPem: 'PEM' }),
      previousKeys: async () => [{ keyId: 'old', publicKeyPem: 'OLD' }],
    },
  }
}

const pending: ErasureState = { status: 'pending', receiptId: RECEIPT_ID, requestedAt: NOW, namespaces: [] }

const as = (...roles: Role[]): Authenticator => ({
  authenticate: async () => ({ tenant: 'acme', principal: 'somebody', roles, namespaces: null }),
})

test('an erasure is answered with 202, its receipt, and where that is found', async (t) => {
  const erasure = doors(pending)
  const { url } = await startEdge(t, { erasure })
  const { status, headers, json } = await call(`${url}/forget`, { body: { mode: 'erase', user_id: 'ada' } })
  t.is(status, 202)
  t.is(headers.get('location'), `/receipts/${RECEIPT_ID}`)
  t.deepEqual(json, {
    receipt_id: RECEIPT_ID,
    status: 'pending',
    accepted_at: '2025-10-15T12:00:00.000Z',
    namespaces: ['default'],
  })
  await call(`${url}/v1/forget`, { body: { mode: 'erase', subject: 'ada', namespace: 'notes' } })
  t.deepEqual(erasure.asked, [
    { namespace: null, subject: 'ada' },
    { namespace: 'notes', subject: 'ada' },
  ])
})

for (const { what, body, field } of [
  { what: 'nobody', body: {}, field: 'subject' },
  { what: 'two different subjects', body: { subject: 'a', user_id: 'b' }, field: 'subject' },
  { what: 'a subject and a memory', body: { subject: 'a', memory_id: MEMORY_ID }, field: 'memory_id' },
  { what: 'a subject and a filter', body: { subject: 'a', filters: { tags: 'x' } }, field: 'filters' },
  { what: 'a subject in one conversation', body: { subject: 'a', run_id: 'r' }, field: 'run_id' },
  { what: 'a subject, only to count', body: { subject: 'a', dry_run: true }, field: 'dry_run' },
]) {
  test(`erasing ${what} is refused by name, and nothing is erased`, async (t) => {
    const erasure = doors(pending)
    const { url } = await startEdge(t, { erasure })
    const { status, json } = await call(`${url}/forget`, { body: { mode: 'erase', ...body } })
    t.is(status, 400)
    t.like(json, { code: 'invalid_request', field })
    t.deepEqual(erasure.asked, [])
  })
}

test('a subject without the mode of erasing is refused: it would retire something else', async (t) => {
  const { url, commands } = await startEdge(t, { erasure: doors(pending) })
  const { status, json } = await call(`${url}/forget`, { body: { subject: 'ada', filters: { tags: 'x' } } })
  t.is(status, 400)
  t.like(json, { field: 'subject' })
  t.deepEqual(commands.calls, [])
})

test('a receipt is pending, then signed; another one is nowhere', async (t) => {
  const before = await startEdge(t, { erasure: doors(pending) })
  t.like((await call(`${before.url}/receipts/${RECEIPT_ID.toUpperCase()}`)).json, { status: 'pending' })
  const receipt = { type: 'somabrain.erasure-receipt', memories: 3 }
  const after = await startEdge(t, { erasure: doors({ status: 'complete', receiptId: RECEIPT_ID, receipt }) })
  t.deepEqual((await call(`${after.url}/receipts/${RECEIPT_ID}`)).json, {
    receipt_id: RECEIPT_ID,
    status: 'complete',
    receipt,
  })
  const nowhere = await call(`${after.url}/receipts/00000000-0000-8000-8000-000000000000`)
  t.is(nowhere.status, 404)
  t.like(nowhere.json, { code: 'receipt_not_found' })
  t.deepEqual((await call(`${after.url}/receipts/key`)).json, {
    algorithm: 'Ed25519',
    key_id: 'abc',
    public_key: 'PEM',
    keys: [
      { key_id: 'abc', public_key: 'PEM' },
      { key_id: 'old', public_key: 'OLD' },
    ],
  })
})

test('an export is one JSON value a line, and its last line counts the memories', async (t) => {
  const { url } = await startEdge(t, { erasure: doors(pending) })
  const { headers, text } = await call(`${url}/subjects/${encodeURIComponent('ada/löve')}/export?namespace=notes`)
  t.regex(headers.get('content-type') ?? '', /^application\/x-ndjson/)
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.like(lines[0], { type: 'export', subject: 'ada/löve', namespace: 'notes' })
  t.like(lines[1], { type: 'memory', content: 'number 0\u2028', in_working_memory: true })
  t.deepEqual(lines.at(-1), { type: 'end', memories: 3 })
  t.is(lines.length, 5)
})

test('an export that a missing data key cuts is told of as a refusal is', async (t) => {
  async function* untilTheLostKey(): AsyncIterable<ExportedMemory> {
    yield* manyMemories(1)
    throw new ProblemError({ code: 'key_missing', detail: 'The data key k is missing.' })
  }
  const { url, metrics, logged } = await startEdge(t, { erasure: doors(pending, untilTheLostKey) })
  await t.throwsAsync(call(`${url}/subjects/ada/export`))
  const line = 'somabrain_problems_total{endpoint="/subjects/{id}/export",code="key_missing"} 1'
  await eventually(async () => (await metrics.registry.metrics()).includes(`${line}\n`))
  t.like(
    logged.find(({ code }) => code === 'key_missing'),
    { level: 50, msg: 'The data key k is missing.' },
  )
})

test('an export whose credential ends is cut, and told of as a refusal is', async (t) => {
  let time = NOW
  let revoked = false
  const given: number[] = []
  async function* whileTimePasses(): AsyncIterable<ExportedMemory> {
    for await (const one of manyMemories(3)) {
      yield one
      given.push(time)
      revoked = true
      time += PERMIT_STANDS_MS / 2
    }
  }
  const authenticate = () => {
    if (revoked) throw unauthenticated('revoked_token', 'The token was revoked')
    return { tenant: 'acme', principal: 'somebody', roles: ['admin' as const], namespaces: null }
  }
  const { url, metrics } = await startEdge(t, {
    erasure: doors(pending, whileTimePasses),
    authenticator: { authenticate },
    now: () => time,
  })
  await t.throwsAsync(call(`${url}/subjects/ada/export`))
  t.is(given.length, 2, 'the third memory is given to nobody')
  const line = 'somabrain_problems_total{endpoint="/subjects/{id}/export",code="unauthenticated"} 1'
  await eventually(async () => (await metrics.registry.metrics()).includes(`${line}\n`))
})

for (const { roles, may } of [
  { roles: ['admin'], may: ['erase', 'export', 'receipt'] },
  { roles: ['auditor'], may: ['receipt'] },
  { roles: ['reader', 'writer'], may: [] },
] as const) {
  test(`${roles.join(' and ')} may ${may.join(', ') || 'neither erase, nor export, nor read receipts'}`, async (t) => {
    const { url } = await startEdge(t, { erasure: doors(pending), authenticator: as(...roles) })
    const erase = await call(`${url}/forget`, { body: { mode: 'erase', user_id: 'ada' } })
    const exported = await call(`${url}/subjects/ada/export`)
    const receipt = await call(`${url}/receipts/${RECEIPT_ID}`)
    const key = await call(`${url}/receipts/key`)
    const allowed = (action: string): boolean => (may as readonly string[]).includes(action)
    t.deepEqual(
      [erase, exported, receipt, key].map(({ status }) => status < 400),
      [allowed('erase'), allowed('export'), allowed('receipt'), allowed('receipt')],
    )
  })
}
