import fc from 'fast-check'
import { MEMORY_ID, OTHER_ID, POSITION } from './doubles.ts'

/** Values that are right, nearly right, or at an edge. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('', ' ', 'ana', '\0', '\ud800', 'ß', '💡'),
)
const id = fc.constantFrom(MEMORY_ID, OTHER_ID, MEMORY_ID.toUpperCase(), 'x')
const name = fc.constantFrom('default', 'a', 'fuzz-1', 'no/slash', '')
const instant = fc.constantFrom(
  '2025-10-15T12:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2025-02-30T00:00:00Z',
)
const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, -0.1, 1.1))
const after = fc.constantFrom('latest', POSITION, 'x')
const metadata = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.array(text), fc.jsonValue({ maxDepth: 3 })), {
  maxKeys: 4,
})
const condition = fc.oneof(
  text,
  fc.record({ $in: fc.array(text, { maxLength: 3 }) }),
  fc.record({ $gte: fc.oneof(instant, share) }),
  fc.record({ $exists: fc.boolean() }),
  fc.record({ $ne: fc.constantFrom(null, 'x', 1, true) }),
)
const field = fc.constantFrom(
  'tags',
  'author',
  'kind',
  'occurred_at',
  'importance',
  'user_id',
  'metadata.a',
  'metadata.a.b',
  'odd',
)
const filters = fc.letrec((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    fc.dictionary(field, condition, { maxKeys: 3 }),
    fc.record({ $and: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ $or: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ $not: tie('filter') }),
  ),
})).filter

const some = <T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> =>
  fc.record(shape, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>

const scopes = { namespace: name, user_id: text, agent_id: text, run_id: text }
const remember = some({
  content: text,
  metadata,
  ...scopes,
  author: text,
  kind: fc.constantFrom('episodic', 'semantic', 'procedural', 'other'),
  occurred_at: instant,
  importance: share,
  tags: fc.array(text, { maxLength: 3 }),
  links: fc.array(fc.record({ rel: fc.constantFrom('depends_on', 'is a'), target: id }), { maxLength: 2 }),
  supersedes: id,
  ttl_seconds: fc.constantFrom(1, 3_153_600_000, 0, 0.5),
})
const link = some({ memory_id: id, rel: fc.constantFrom('depends_on', ''), target: id, namespace: name })
const list = some({ ...scopes, filters, limit: fc.constantFrom(1, 500, 0, 501), cursor: text, after })

const odd = fc.constantFrom<unknown>(undefined, null, 5, 'x', [], {})
const nearly = <T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 3, arbitrary: right }, { weight: 1, arbitrary: odd })
const parameters = some({
  name: nearly(fc.constantFrom('recall', 'forget')),
  arguments: nearly(fc.constant({ query: 'x' })),
  _meta: nearly(some({ progressToken: odd })),
  task: odd,
  cursor: nearly(text),
  protocolVersion: nearly(fc.constant('2025-06-18')),
  capabilities: nearly(some({ roots: odd, sampling: odd, elicitation: odd, experimental: odd })),
  clientInfo: nearly(some({ name: nearly(text), version: nearly(text), icons: odd })),
})
const message = some({
  jsonrpc: nearly(fc.constant('2.0')),
  id: nearly(fc.constantFrom(1, 'a')),
  method: nearly(fc.constantFrom('initialize', 'ping', 'tools/list', 'tools/call', 'notifications/cancelled', 'x')),
  params: nearly(parameters),
})

/** Method, path and a body that the route may well take. */
export const plausibleRequest: fc.Arbitrary<readonly [string, string, unknown]> = fc.oneof(
  remember.map((body) => ['POST', '/remember', body] as const),
  fc.array(remember, { maxLength: 3 }).map((items) => ['POST', '/remember/batch', { namespace: 'a', items }] as const),
  some({
    query: text,
    k: fc.integer({ min: 0, max: 101 }),
    ...scopes,
    filters,
    as_of: some({ valid: instant, known: instant }),
    after,
    min_score: share,
    explain: fc.boolean(),
    allow_stale: fc.boolean(),
  }).map((body) => ['POST', '/recall', body] as const),
  some({
    query: text,
    k: fc.integer({ min: 0, max: 101 }),
    token_budget: fc.constantFrom(99, 100, 1000, 100_001),
    ...scopes,
    filters,
    min_score: share,
  }).map((body) => ['POST', '/context', body] as const),
  fc
    .record({ name: fc.constantFrom('remember', 'recall', 'context', 'forget', 'x'), arguments: remember })
    .map((params) => ['POST', '/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/call', params }] as const),
  fc.oneof(message, fc.array(message, { maxLength: 2 })).map((body) => ['POST', '/mcp', body] as const),
  some({ goal: text, ...scopes, filters, max_steps: fc.integer({ min: 0, max: 51 }) }).map(
    (body) => ['POST', '/plan', body] as const,
  ),
  list.map((body) => ['POST', '/memories/search', body] as const),
  some({ memory_id: id, filters, user_id: text, dry_run: fc.boolean() }).map(
    (body) => ['POST', '/forget', body] as const,
  ),
  link.map((body) => ['POST', '/link', body] as const),
  link.map((body) => ['POST', '/unlink', body] as const),
  some({ memory_id: id, namespace: name }).map((body) => ['POST', '/restore', body] as const),
  some({ memory_id: id, useful: fc.boolean() }).map((body) => ['POST', '/feedback', body] as const),
  some({ language: fc.constantFrom('en', 'xx', 'English'), profile: fc.constantFrom('auto', 'notes', 'x') }).map(
    (body) => ['PUT', '/namespaces/a', body] as const,
  ),
)
