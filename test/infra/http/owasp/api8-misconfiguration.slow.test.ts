import test from 'ava'
import { call } from '../support/call.ts'
import { openRawSocket } from '../support/raw-socket.ts'
import { startEdge } from '../support/start-edge.ts'
import { routesOf } from './support/routes-of.ts'

// OWASP API Security Top 10 (2023), API8: Security Misconfiguration. What production refuses to start with is tested in
// configuration.test.ts, secrets in test/acceptance/secrets.slow.test.ts.

const HEADERS = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const
const ABSENT = ['server', 'x-powered-by', 'access-control-allow-origin', 'access-control-allow-credentials']

test('every answer has the security headers, and none says what the server is made of or lets other sites in', async (t) => {
  const edge = await startEdge(t)
  for (const { method, path } of await routesOf(edge.url)) {
    const body = method === 'POST' || method === 'PUT' ? '{}' : null
    const response = await fetch(`${edge.url}${path}`, {
      method,
      body,
      headers: { 'content-type': 'application/json' },
    })
    for (const [name, value] of Object.entries(HEADERS)) t.is(response.headers.get(name), value, `${path} ${name}`)
    for (const name of ABSENT) t.is(response.headers.get(name), null, `${path} ${name}`)
    await response.arrayBuffer()
  }
})

const STACK = /\bat .+:\d+:\d+|node:internal|\.ts:\d|node_modules|\bError\b/

test('a fault behind any route tells nothing of itself', async (t) => {
  const edge = await startEdge(t)
  const fault = (): never => {
    throw new TypeError('C4N4RY of a fault', { cause: new Error('postgresql://soma:C4N4RY@db') })
  }
  for (const door of [edge.commands, edge.query]) {
    for (const name of Object.keys(door)) if (name !== 'calls') Object.assign(door, { [name]: fault })
  }
  const bodies: Readonly<Record<string, unknown>> = {
    '/remember': { content: 'x' },
    '/remember/batch': { items: [{ content: 'x' }] },
    '/recall': { query: 'x' },
    '/context': { query: 'x' },
    '/plan': { goal: 'x' },
    '/memories/search': {},
  }
  let faults = 0
  for (const { method, path } of await routesOf(edge.url)) {
    const body = bodies[path.replace('/v1', '')]
    const answer = await call(`${edge.url}${path}`, { method, ...(body === undefined ? {} : { body }) })
    t.false(STACK.test(answer.text) || answer.text.includes('C4N4RY'), `${method} ${path}: ${answer.text}`)
    if (answer.status === 500) {
      faults += 1
      t.is(answer.json.code ?? 'HEAD', method === 'HEAD' ? 'HEAD' : 'internal')
    }
  }
  t.true(faults >= 2 * Object.keys(bodies).length, `${faults} routes met the fault`)
})

test('methods that no route has are refused, TRACE too', async (t) => {
  const edge = await startEdge(t)
  for (const method of ['TRACE', 'CONNECT', 'PROPFIND', 'X']) {
    const raw = await openRawSocket(edge.port)
    raw.socket.write(`${method} /recall HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncookie: C4N4RY\r\n\r\n`)
    await raw.closed
    t.regex(raw.received(), /^(HTTP\/1\.1 4\d\d |$)/, method)
    t.false(raw.received().includes('C4N4RY'), `${method} echoes nothing`)
  }
})

test('a request that two servers could read differently is refused', async (t) => {
  const edge = await startEdge(t)
  for (const head of [
    'content-length: 5\r\ntransfer-encoding: chunked\r\n',
    'content-length: 5\r\ncontent-length: 6\r\n',
    'transfer-encoding: chunked, identity\r\n',
    'transfer-encoding : chunked\r\n',
  ]) {
    const raw = await openRawSocket(edge.port)
    raw.socket.write(
      `POST /recall HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${head}\r\n0\r\n\r\n`,
    )
    await raw.closed
    t.regex(raw.received(), /^HTTP\/1\.1 400 /, head)
  }
  t.deepEqual(edge.query.calls, [])
})
