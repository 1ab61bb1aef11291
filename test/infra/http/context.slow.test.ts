import test from 'ava'
import type { ContextRequest } from '../../../query-api/requests/requests.ts'
import { call } from './support/call.ts'
import { MEMORY_ID, OTHER_ID, POSITION } from './support/doubles.ts'
import { startEdge } from './support/start-edge.ts'

const AT = '2025-10-15T12:00:00.000Z'

test('a context is its text, its citations, and what was left out', async (t) => {
  const edge = await startEdge(t)
  const answer = await call(`${edge.url}/v1/context`, { body: { query: 'Where is Ana?' } })
  t.is(answer.status, 200)
  t.deepEqual(answer.json, {
    text: 'Ana moved to Lisbon in March.',
    estimated_tokens: 60,
    token_budget: 1000,
    citations: [
      { number: 1, memory_id: MEMORY_ID, author: null, run_id: null, occurred_at: AT, score: 0.75, cut: false },
    ],
    left_out: [{ memory_id: OTHER_ID, reason: 'repeats', of: MEMORY_ID }],
    total_results: 2,
    query_time_ms: 1.5,
    as_of: AT,
    position: POSITION,
  })
})

test('without more than a query it looks at 50 memories for 1,000 tokens of the default namespace', async (t) => {
  const edge = await startEdge(t)
  await call(`${edge.url}/context`, { body: { query: 'x' } })
  t.deepEqual(edge.query.calls.at(-1)?.arguments[1], {
    namespace: 'default',
    query: 'x',
    k: 50,
    tokenBudget: 1000,
    filter: null,
    asOf: { valid: null, known: null },
    after: null,
    minScore: null,
    allowStale: false,
  } satisfies ContextRequest)
})

for (const [what, body, field, says] of [
  ['a budget below the least', { query: 'x', token_budget: 99 }, 'token_budget', 'from 100 to 100,000'],
  ['a budget beyond the most', { query: 'x', token_budget: 100_001 }, 'token_budget', 'from 100 to 100,000'],
  ['a budget that is no whole number', { query: 'x', token_budget: 100.5 }, 'token_budget', 'a whole number'],
  ['a context without a query', { token_budget: 500 }, 'query', 'characters'],
  ['an explanation of a context', { query: 'x', explain: true }, 'explain', 'one of: query'],
] as const) {
  test(`refuses ${what}, naming the field`, async (t) => {
    const edge = await startEdge(t)
    const answer = await call(`${edge.url}/context`, { body })
    t.is(answer.status, 400)
    t.is(answer.json.field, field)
    t.true(String(answer.json.expected).includes(says), String(answer.json.expected))
  })
}
