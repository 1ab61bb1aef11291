import test from 'ava'
import type { Identity } from '../../../../domain/identity.ts'
import { call } from '../support/call.ts'
import { MEMORY_ID } from '../support/doubles.ts'
import { startEdge } from '../support/start-edge.ts'

const identity: Identity = { tenant: 'acme', principal: 'agent-7', roles: ['reader', 'writer'], namespaces: null }
const authenticator = { authenticate: () => identity }

test('a header that says otherwise than the credential is refused by name', async (t) => {
  const edge = await startEdge(t, { authenticator })
  const otherwise = [
    ['X-Tenant-Id', 'other'],
    ['X-Tenant-Id', 'ACME'],
    ['X-Tenant', 'acme, other'],
    ['X-Somabrain-Tenant', 'default'],
    ['X-Principal', 'root'],
    ['X-Principal-Id', ''],
    ['X-Roles', 'reader,admin'],
    ['X-Role', 'admin'],
  ] as const
  for (const [name, value] of otherwise) {
    for (const path of ['/recall', '/v1/recall']) {
      const answer = await call(`${edge.url}${path}`, { body: { query: 'x' }, headers: { [name]: value } })
      t.is(answer.status, 403, `${name}: ${value}`)
      t.like(answer.json, { code: 'forbidden', field: name })
    }
  }
  t.regex(await edge.metrics.registry.metrics(), /auth_failures_total\{reason="claimed_identity"\} 16\n/)
})

test('a header that says the same is harmless', async (t) => {
  const edge = await startEdge(t, { authenticator })
  const headers = { 'x-tenant-id': 'acme', 'x-principal': 'agent-7', 'x-roles': 'writer, reader' }
  t.is((await call(`${edge.url}/recall`, { body: { query: 'x' }, headers })).status, 200)
})

test('a field or parameter that says who asks is refused by name, everywhere', async (t) => {
  const edge = await startEdge(t, { authenticator })
  const bodies: ReadonlyArray<readonly [string, Record<string, unknown>]> = [
    ['/remember', { content: 'x' }],
    ['/remember/batch', { items: [{ content: 'x' }] }],
    ['/recall', { query: 'x' }],
    ['/context', { query: 'x' }],
    ['/plan', { goal: 'x' }],
    ['/graph/neighbours', { memory_id: MEMORY_ID }],
    ['/graph/path', { from: MEMORY_ID, to: MEMORY_ID }],
    ['/forget', { filters: { tags: 'x' } }],
    ['/memories/search', {}],
  ]
  for (const [path, body] of bodies) {
    for (const field of ['tenant_id', 'tenant', 'principal', 'roles']) {
      const answer = await call(`${edge.url}${path}`, { body: { ...body, [field]: 'acme' } })
      t.is(answer.status, 400, `${path} ${field}`)
      t.like(answer.json, { code: 'unknown_field', field })
    }
  }
  for (const path of [
    '/memories?tenant_id=other',
    '/episodes?tenant=other',
    '/namespaces?tenant_id=other',
    '/working-memory?tenant=other',
  ]) {
    const answer = await call(`${edge.url}${path}`)
    t.is(answer.status, 400, path)
    t.is(answer.json.code, 'unknown_field')
  }
})
