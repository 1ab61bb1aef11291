import { request } from 'node:http'
import test from 'ava'
import type { Identity } from '../../../domain/identity.ts'
import { ProblemError } from '../../../domain/problem.ts'
import { apiTokenAuthenticator } from '../../../infra/http/auth/api-token.ts'
import { loopbackAuthenticator } from '../../../infra/http/auth/loopback.ts'
import { openEmbedded } from '../../support/embedded.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { call } from './support/call.ts'
import { MEMORY_ID } from './support/doubles.ts'
import { startEdge } from './support/start-edge.ts'

/** `fetch` sets Host itself, so these go through `node:http`. */
const statusWith = (port: number, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/namespaces', headers }, (response) => {
      response.resume()
      resolve(response.statusCode!)
    })
      .on('error', reject)
      .end()
  })

test('a token opens every door, and nothing else does', async (t) => {
  const edge = await startEdge(t, { authenticator: apiTokenAuthenticator('correct horse') })
  const { port } = edge
  t.is(await statusWith(port, { authorization: 'Bearer correct horse' }), 401, 'a token has no space')
  const tokens = await startEdge(t, { authenticator: apiTokenAuthenticator('s3cret') })
  for (const [authorization, status] of [
    ['Bearer s3cret', 200],
    ['bearer s3cret', 200],
    ['Bearer s3cre', 401],
    ['Bearer s3cret2', 401],
    ['Basic s3cret', 401],
    ['s3cret', 401],
  ] as const) {
    t.is(await statusWith(tokens.port, { authorization }), status, authorization)
  }
  const answer = await call(`${tokens.url}/namespaces`)
  t.is(answer.status, 401)
  t.is(answer.json.code, 'unauthenticated')
  t.is(answer.headers.get('www-authenticate'), 'Bearer realm="somabrain"')
  const metrics = await tokens.metrics.registry.metrics()
  for (const line of ['reason="missing"} 1', 'reason="scheme"} 2', 'reason="invalid_token"} 2']) {
    t.true(metrics.includes(`somabrain_auth_failures_total{${line}`), line)
  }
})

test('health, probes and documentation need no credential; metrics and memories do', async (t) => {
  const edge = await startEdge(t, { authenticator: apiTokenAuthenticator('s3cret') })
  for (const path of ['/health', '/live', '/ready', '/startup', '/openapi.json', '/docs', '/v1/health', '/v1/live']) {
    t.is((await call(`${edge.url}${path}`)).status, 200, path)
  }
  for (const path of [
    '/metrics',
    '/memories',
    '/namespaces',
    '/episodes',
    '/v1/metrics',
    '/working-memory',
    `/memories/${MEMORY_ID}`,
  ]) {
    t.is((await call(`${edge.url}${path}`)).status, 401, path)
  }
  t.is((await call(`${edge.url}/remember`, { body: { contnt: '' } })).status, 401, 'before the body is looked at')
})

test('a credential is never logged', async (t) => {
  const edge = await startEdge(t, { authenticator: apiTokenAuthenticator('s3cret') })
  edge.commands.answer = async () => {
    throw new Error('a bug')
  }
  const answer = await call(`${edge.url}/remember`, {
    body: { content: 'private words' },
    headers: { authorization: 'Bearer s3cret' },
  })
  t.is(answer.status, 500)
  const log = JSON.stringify(edge.logged)
  t.true(log.includes('a bug'))
  t.false(log.includes('s3cret') || log.includes('private words'))
})

test('without credentials only loopback names are served, so that no site can rebind its own', async (t) => {
  const { port } = await startEdge(t)
  for (const [host, status] of [
    [`127.0.0.1:${port}`, 200],
    [`localhost:${port}`, 200],
    ['LOCALHOST', 200],
    ['[::1]:80', 200],
    ['127.8.9.10', 200],
    ['evil.example', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['10.0.0.1', 403],
    ['[fe80::1]', 403],
  ] as const) {
    t.is(await statusWith(port, { host }), status, host)
  }
})

test('without credentials no other origin is served', async (t) => {
  const { port } = await startEdge(t)
  const host = `127.0.0.1:${port}`
  for (const [headers, status] of [
    [{ origin: `http://${host}` }, 200],
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'http://127.0.0.1:1' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
  ] as const) {
    t.is(await statusWith(port, { host, ...headers } as Record<string, string>), status, JSON.stringify(headers))
  }
})

test('without credentials whatever a proxy passed on is refused, and told what to configure', async (t) => {
  const edge = await startEdge(t)
  const host = `127.0.0.1:${edge.port}`
  for (const headers of [
    { forwarded: 'for=203.0.113.9' },
    { via: '1.1 nginx' },
    { 'x-real-ip': '203.0.113.9' },
    { 'x-forwarded-for': '127.0.0.1' },
    { 'X-Forwarded-Proto': 'https' },
    { 'x-forwarded-client-cert': '' },
  ] as ReadonlyArray<Record<string, string>>) {
    t.is(await statusWith(edge.port, { host, ...headers }), 403, JSON.stringify(headers))
  }
  const answer = await call(`${edge.url}/namespaces`, {
    headers: { via: '1.1 nginx', 'x-forwarded-for': '203.0.113.9' },
  })
  t.is(answer.json.code, 'forbidden')
  t.regex(String(answer.json.detail), /proxy/)
  t.regex(String(answer.json.expected), /SOMABRAIN_API_TOKEN/)
  t.true((await edge.metrics.registry.metrics()).includes('somabrain_auth_failures_total{reason="proxied"} 7'))
})

test('with credentials a proxy may pass requests on', async (t) => {
  const { port } = await startEdge(t, { authenticator: apiTokenAuthenticator('s3cret') })
  const proxied = { via: '1.1 nginx', 'x-forwarded-for': '203.0.113.9', authorization: 'Bearer s3cret' }
  t.is(await statusWith(port, proxied), 200)
})

test('without credentials only loopback peers are served', (t) => {
  const ask = (address: string): Identity | Promise<Identity> =>
    loopbackAuthenticator.authenticate({ host: 'localhost' }, address)
  for (const address of ['127.0.0.1', '127.255.0.1', '::1', '::ffff:127.0.0.1'])
    t.notThrows(() => ask(address), address)
  for (const address of ['10.0.0.1', '::ffff:10.0.0.1', 'fe80::1', '0.0.0.0', '']) {
    t.throws(() => ask(address), { instanceOf: ProblemError, message: /loopback/ }, address)
  }
})

const boundTo = (...namespaces: string[]): Identity => ({
  tenant: 't',
  principal: 'p',
  roles: ['reader', 'writer'],
  namespaces,
})

test('a credential bound to namespaces reaches no other one', async (t) => {
  const edge = await startEdge(t, { authenticator: { authenticate: () => boundTo('a') } })
  for (const [path, body] of [
    ['/remember', { content: 'x' }],
    ['/remember/batch', { items: [{ content: 'x' }] }],
    ['/recall', { query: 'x' }],
    ['/plan', { goal: 'x' }],
    ['/graph/neighbours', { memory_id: MEMORY_ID, namespace: 'b' }],
    ['/graph/path', { from: MEMORY_ID, to: MEMORY_ID, namespace: 'b' }],
    ['/forget', { filters: { tags: 'x' } }],
    ['/restore', { memory_id: MEMORY_ID, namespace: 'b' }],
    ['/memories/search', {}],
  ] as const) {
    const answer = await call(`${edge.url}${path}`, { body })
    t.is(answer.status, 403, path)
    t.like(answer.json, { code: 'forbidden', field: 'namespace', expected: 'one of: a' })
    const own = await call(`${edge.url}${path}`, { body: { ...body, namespace: 'a' } })
    t.true(own.status < 300, path)
  }
  t.is((await call(`${edge.url}/working-memory`)).status, 403)
  t.is((await call(`${edge.url}/episodes?namespace=b`)).status, 403)
  t.is((await call(`${edge.url}/namespaces/b`, { method: 'PUT', body: { profile: 'notes' } })).status, 403)
  const stream = await call(`${edge.url}/remember/batch`, {
    raw: '{"content":"x"}\n',
    headers: { 'content-type': 'application/x-ndjson' },
  })
  t.is(stream.status, 403)
})

test('what lies in a foreign namespace looks absent to a bound credential', async (t) => {
  const edge = await startEdge(t, { authenticator: { authenticate: () => boundTo('a') } })
  for (const path of ['', '/history', '/links']) {
    const answer = await call(`${edge.url}/memories/${MEMORY_ID}${path}`)
    t.is(answer.status, 404, path)
    t.is(answer.json.code, 'memory_not_found')
  }
  t.deepEqual((await call(`${edge.url}/namespaces`)).json.items, [])
})

test('policy and limits are asked with the identity, the action and what it costs', async (t) => {
  const asked: unknown[] = []
  const { commands, query } = await openEmbedded(t, temporaryFolder(t))
  const edge = await startEdge(t, {
    commands,
    query,
    authorise: (identity, action, namespace) => void asked.push([identity.tenant, action, namespace]),
    limit: (_identity, cost) => {
      asked.push(cost)
      const count = cost.of === 'requests' ? 1 : cost.count
      return { granted: count > 2 ? 0 : count, quotas: [], retryAfterSeconds: 60 }
    },
  })
  await call(`${edge.url}/remember`, { body: { content: 'x', namespace: 'a' } })
  const answer = await call(`${edge.url}/remember/batch`, { body: { items: Array(3).fill({ content: 'x' }) } })
  t.is(answer.status, 429)
  t.is(answer.headers.get('retry-after'), '60')
  await call(`${edge.url}/memories/${MEMORY_ID}`, { method: 'DELETE' })
  await call(`${edge.url}/live`)
  const begun = { of: 'requests' }
  t.deepEqual(asked, [
    begun,
    ['default', 'remember', 'a'],
    { of: 'memories', count: 1 },
    begun,
    ['default', 'remember', 'default'],
    { of: 'memories', count: 3 },
    begun,
    ['default', 'forget', null],
  ])
})
