import test from 'ava'
import fc from 'fast-check'
import { propertyRuns } from '../../support/property-runs.ts'
import { MEMORY_ID } from './support/doubles.ts'
import { plausibleRequest } from './support/plausible-bodies.ts'
import { startEdge } from './support/start-edge.ts'

const FIELDS = [
  'content',
  'metadata',
  'namespace',
  'user_id',
  'run_id',
  'episode',
  'author',
  'kind',
  'occurred_at',
  'importance',
  'tags',
  'links',
  'supersedes',
  'ttl_seconds',
  'subject',
  'items',
  'messages',
  'query',
  'k',
  'top_k',
  'filters',
  'as_of',
  'after',
  'min_score',
  'include',
  'token_budget',
  'jsonrpc',
  'method',
  'params',
  'arguments',
  'goal',
  'max_steps',
  'limit',
  'cursor',
  'memory_id',
  'rel',
  'target',
  'useful',
  'dry_run',
  'mode',
  'language',
  'profile',
  '$and',
  '$or',
  '$not',
  '$gt',
  '$in',
  '$exists',
  'valid',
  'known',
  'role',
  'name',
  'idempotency_key',
]

const ROUTES = [
  ['POST', '/remember'],
  ['POST', '/context'],
  ['POST', '/mcp'],
  ['POST', '/remember/batch'],
  ['POST', '/recall'],
  ['POST', '/plan'],
  ['POST', '/graph/neighbours'],
  ['POST', '/graph/path'],
  ['POST', '/forget'],
  ['POST', '/restore'],
  ['POST', '/link'],
  ['POST', '/unlink'],
  ['POST', '/feedback'],
  ['POST', '/memories/search'],
  ['PUT', '/namespaces/a'],
  ['DELETE', `/memories/${MEMORY_ID}`],
  ['POST', '/v1/remember'],
] as const

/** An error of the server in the terms of JSON-RPC, whose status is 200. */
const INTERNAL = /"code":-32603\b/

const value = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<unknown>(
      null,
      true,
      0,
      -1,
      1e308,
      10,
      '',
      'x',
      MEMORY_ID,
      '2025-01-01T00:00:00Z',
      '\0',
      '\ud800',
      'latest',
    ),
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...FIELDS), fc.string()), tie('json'), { maxKeys: 6 }),
  ),
})).json

test('no JSON body makes any route fail: every answer is a success or a refusal', async (t) => {
  const edge = await startEdge(t)
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ROUTES), value, async ([method, path], body) => {
      const response = await fetch(edge.url + path, {
        method,
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
        body: JSON.stringify(body),
      })
      const text = await response.text()
      if (response.status >= 500 || INTERNAL.test(text)) throw new Error(`${response.status} ${text}`)
      if (response.status >= 400) {
        const { code, detail, instance, error } = JSON.parse(text)
        // The transport of MCP refuses in the terms of JSON-RPC.
        const isRefused = path === '/mcp' && error !== undefined ? error.message : code && detail && instance
        if (!isRefused) throw new Error(text)
      }
    }),
    { numRuns: propertyRuns(800) },
  )
  t.deepEqual(
    edge.logged.filter((line) => Number(line.level) >= 50),
    [],
  )
})

test('no request that looks right makes any route fail', async (t) => {
  const edge = await startEdge(t)
  const statuses = new Set<number>()
  await fc.assert(
    fc.asyncProperty(plausibleRequest, async ([method, path, body]) => {
      const response = await fetch(edge.url + path, {
        method,
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
        body: JSON.stringify(body),
      })
      const text = await response.text()
      statuses.add(response.status)
      if (response.status >= 500 || INTERNAL.test(text)) throw new Error(`${response.status} ${text}`)
    }),
    { numRuns: propertyRuns(800) },
  )
  t.true(statuses.has(200) && statuses.has(202) && statuses.has(400), 'some are taken and some are refused')
})

test('no bytes make any route fail', async (t) => {
  const edge = await startEdge(t)
  const types = ['application/json', 'application/x-ndjson', 'text/plain', 'application/json; charset=latin1', ';;', '']
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ROUTES),
      fc.constantFrom(...types),
      fc.uint8Array({ maxLength: 200 }),
      async ([method, path], type, bytes) => {
        const headers = type === '' ? {} : { 'content-type': type }
        const response = await fetch(edge.url + path, { method, headers, body: bytes })
        const text = await response.text()
        if (response.status >= 500) throw new Error(`${response.status} ${text}`)
      },
    ),
    { numRuns: propertyRuns(500) },
  )
  t.pass()
})

test('no query string makes any list fail', async (t) => {
  const edge = await startEdge(t)
  const parameter = fc.tuple(fc.oneof(fc.constantFrom(...FIELDS), fc.string()), fc.string({ unit: 'binary' }))
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('/memories', '/episodes', '/working-memory', '/namespaces', `/memories/${MEMORY_ID}/history`),
      fc.array(parameter, { maxLength: 4 }),
      fc.string(),
      async (path, parameters, raw) => {
        const query = new URLSearchParams(parameters).toString()
        const response = await fetch(`${edge.url}${path}?${query}&${encodeURI(raw.toWellFormed())}`)
        const text = await response.text()
        if (response.status >= 500) throw new Error(`${response.status} ${text}`)
      },
    ),
    { numRuns: propertyRuns(400) },
  )
  t.pass()
})
