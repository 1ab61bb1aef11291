import test from 'ava'
import { ProblemError } from '../../../domain/problem.ts'
import type { ListRequest, PageRequest, PlanRequest, RecallRequest } from '../../../query-api/requests/requests.ts'
import { call } from './support/call.ts'
import { MEMORY_ID, OTHER_ID, POSITION } from './support/doubles.ts'
import { startEdge } from './support/start-edge.ts'

const AT = '2025-10-15T12:00:00.000Z'
const MEMORY = {
  memory_id: MEMORY_ID,
  namespace: 'default',
  content: 'Ana moved to Lisbon in March.',
  metadata: { source: 'chat' },
  kind: 'episodic',
  author: null,
  run_id: null,
  user_id: 'ana',
  agent_id: null,
  tags: ['home'],
  importance: 0.5,
  occurred_at: AT,
  recorded_at: AT,
  valid_until: null,
  supersedes: null,
  superseded_by: null,
  retired_at: null,
  rehearsals: 1,
  position: POSITION,
}

test('recalls with instants in RFC 3339 and nothing said of parts that were there', async (t) => {
  const edge = await startEdge(t)
  const answer = await call(`${edge.url}/recall`, { body: { query: 'Where is Ana?' } })
  t.is(answer.status, 200)
  t.deepEqual(answer.json, {
    results: [{ ...MEMORY, score: 0.75, signals: { words: { value: 1, weight: 2, contribution: 2 } } }],
    total_results: 1,
    query_time_ms: 1.5,
    as_of: AT,
    position: POSITION,
  })
})

test('a recall is understood with all its fields', async (t) => {
  const edge = await startEdge(t)
  await call(`${edge.url}/recall`, {
    body: {
      query: 'x',
      top_k: 7,
      namespace: 'a',
      user_id: 'ana',
      filters: { tags: 'home' },
      as_of: { valid: '2025-01-01T00:00:00Z' },
      after: POSITION,
      min_score: 0.5,
      explain: true,
      allow_stale: true,
      include: ['content'],
    },
  })
  t.deepEqual(edge.query.last<RecallRequest>(), {
    namespace: 'a',
    query: 'x',
    k: 7,
    filter: {
      op: 'and',
      of: [
        { op: 'in', field: 'user_id', values: ['ana'] },
        { op: 'in', field: 'tags', values: ['home'] },
      ],
    },
    asOf: { valid: Date.UTC(2025, 0), known: null },
    after: POSITION,
    minScore: 0.5,
    explain: true,
    allowStale: true,
    include: ['content'],
  })
})

test('a recall without more than its query takes the defaults', async (t) => {
  const edge = await startEdge(t)
  await call(`${edge.url}/recall`, { body: { query: 'x', filters: {} } })
  t.like(edge.query.last<RecallRequest>(), { namespace: 'default', k: 10, filter: null, after: null, minScore: null })
})

test('include narrows each result, which keeps its id and score', async (t) => {
  const edge = await startEdge(t)
  const answer = await call(`${edge.url}/recall`, { body: { query: 'x', include: ['content', 'occurred_at'] } })
  t.deepEqual(answer.json.results, [{ memory_id: MEMORY_ID, score: 0.75, content: MEMORY.content, occurred_at: AT }])
})

test('lists memories by query string and by filters', async (t) => {
  const edge = await startEdge(t)
  const listed = await call(`${edge.url}/memories?limit=20&run_id=r%201&cursor=abc&after=latest&namespace=a`)
  t.deepEqual(listed.json, { items: [MEMORY], next_cursor: 'more', position: POSITION, degraded: ['lag'] })
  const filter = { op: 'in', field: 'run_id', values: ['r 1'] }
  t.deepEqual(edge.query.last<ListRequest>(), { namespace: 'a', filter, limit: 20, cursor: 'abc', after: 'latest' })

  const found = await call(`${edge.url}/memories/search`, { body: { filters: { tags: 'home' } } })
  t.is(found.status, 200)
  t.like(edge.query.last<ListRequest>(), { limit: 50, filter: { op: 'in', field: 'tags', values: ['home'] } })
})

test('lists episodes, of one user or of all', async (t) => {
  const edge = await startEdge(t)
  const listed = await call(`${edge.url}/episodes?limit=20&user_id=ana&cursor=abc&after=latest&namespace=a`)
  t.deepEqual(listed.json, {
    items: [{ run_id: 'chat-17', memories: 3, first_occurred_at: '2025-10-15T11:59:00.000Z', last_occurred_at: AT }],
    next_cursor: 'more episodes',
    position: POSITION,
    degraded: ['lag'],
  })
  const filter = { op: 'in', field: 'user_id', values: ['ana'] }
  t.deepEqual(edge.query.last<ListRequest>(), { namespace: 'a', filter, limit: 20, cursor: 'abc', after: 'latest' })
  await call(`${edge.url}/v1/episodes`)
  t.like(edge.query.last<ListRequest>(), { namespace: 'default', filter: null, limit: 50, cursor: null, after: null })
})

test('reads one memory, its history and its links, whatever the case of the id', async (t) => {
  const edge = await startEdge(t)
  t.deepEqual((await call(`${edge.url}/memories/${MEMORY_ID.toUpperCase()}`)).json, MEMORY)
  t.is(edge.query.last<string>(), MEMORY_ID)
  t.deepEqual((await call(`${edge.url}/memories/${MEMORY_ID}/history`)).json, { versions: [] })
  t.deepEqual((await call(`${edge.url}/memories/${MEMORY_ID}/links`)).json, { links: [] })
})

test('plans', async (t) => {
  const edge = await startEdge(t)
  const answer = await call(`${edge.url}/plan`, { body: { goal: 'Move', max_steps: 3, agent_id: 'b' } })
  t.deepEqual(answer.json, {
    goal: 'Move',
    steps: [
      {
        step: 1,
        memory: MEMORY,
        links: [{ rel: 'depends_on', target: OTHER_ID }],
        depends_on: [{ memory_id: OTHER_ID, rel: 'depends_on' }],
        cost: 1,
        confidence: 0.5,
      },
    ],
    missing: [{ memory_id: OTHER_ID, needed_by: MEMORY_ID, rel: 'depends_on' }],
    unexplored: [],
    cycles: [[MEMORY_ID, OTHER_ID]],
    omitted: 2,
    position: POSITION,
  })
  t.like(edge.query.last<PlanRequest>(), { goal: 'Move', maxSteps: 3, namespace: 'default' })
})

test('shows namespaces, commands and working memory', async (t) => {
  const edge = await startEdge(t)
  t.deepEqual((await call(`${edge.url}/namespaces?limit=1`)).json, {
    items: [
      {
        namespace: 'default',
        memories: 1,
        retired: 0,
        language: 'en',
        profile: 'auto',
        first_recorded_at: AT,
        last_recorded_at: AT,
      },
    ],
    next_cursor: 'more namespaces',
  })
  t.deepEqual(edge.query.last<PageRequest>(), { limit: 1, cursor: null })
  await call(`${edge.url}/namespaces?cursor=a%20b`)
  t.deepEqual(edge.query.last<PageRequest>(), { limit: 50, cursor: 'a b' })
  t.like((await call(`${edge.url}/commands/${OTHER_ID}`)).json, { type: 'Remember', status: 'stored', known_at: AT })
  const { json } = await call(`${edge.url}/working-memory?namespace=a`)
  t.deepEqual(json.items, [{ ...MEMORY, priority: 12.5 }])
  t.is(edge.query.last<string>(), 'a')
})

test('a refusal of the query side keeps its status, its ids and its Retry-After', async (t) => {
  const edge = await startEdge(t)
  edge.query.failWith = new ProblemError({
    code: 'not_yet_visible',
    detail: 'wait a little',
    retryAfterSeconds: 0.2,
    members: { folded: POSITION },
  })
  const answer = await call(`${edge.url}/recall`, { body: { query: 'x' } })
  t.is(answer.status, 503)
  t.like(answer.json, { code: 'not_yet_visible', retryable: true, folded: POSITION })
  t.is(answer.headers.get('retry-after'), '1')
})
