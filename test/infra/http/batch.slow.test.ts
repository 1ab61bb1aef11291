import test from 'ava'
import type { RememberItem } from '../../../commands/command-api.ts'
import { ProblemError } from '../../../domain/problem.ts'
import { call } from './support/call.ts'
import { POSITION, receipt } from './support/doubles.ts'
import { startEdge } from './support/start-edge.ts'

interface BatchAnswer {
  readonly results: ReadonlyArray<Record<string, unknown> & { readonly error?: Record<string, unknown> }>
  readonly accepted: number
  readonly failed: number
  readonly position: string | null
}

test('shared fields hold for every item, and its own fields win', async (t) => {
  const edge = await startEdge(t)
  await call(`${edge.url}/remember/batch`, {
    body: {
      namespace: 'a',
      run_id: 'shared',
      tags: ['t'],
      importance: 0.25,
      items: [
        { content: '1' },
        { content: '2', episode: 'own', tags: [], importance: 1 },
        { content: '3', run_id: null },
      ],
    },
  })
  const items = edge.commands.last<readonly RememberItem[]>().map((item) => item.request)
  t.deepEqual(
    items.map(({ content, namespace, runId, tags, importance }) => [content, namespace, runId, tags, importance]),
    [
      ['1', 'a', 'shared', ['t'], 250],
      ['2', 'a', 'own', [], 1000],
      ['3', 'a', null, ['t'], 250],
    ],
  )
})

test('what is wrong with an item is its own result, in its place', async (t) => {
  const edge = await startEdge(t)
  edge.commands.answerMany = async (items) =>
    items.map((item) =>
      item.request.content === 'lost'
        ? { problem: { code: 'outcome_unknown', detail: 'no answer', members: { idempotency_key: 'k' } } }
        : { receipt: receipt() },
    )
  const answer = await call(`${edge.url}/remember/batch`, {
    body: {
      items: [
        { content: 'good' },
        { content: '' },
        'text',
        null,
        { content: 'x', tagz: [] },
        { content: 'lost' },
        { content: 'x', occurred_at: '2025-02-30T00:00:00Z' },
        { content: 'x', namespace: 'other' },
        { content: 'good' },
      ],
    },
  })
  const body = answer.json as unknown as BatchAnswer
  t.is(answer.status, 200)
  t.deepEqual([body.accepted, body.failed, body.position], [2, 7, POSITION])
  t.deepEqual(
    body.results.map(({ index, error }) => [index, error?.code, error?.field]),
    [
      [0, undefined, undefined],
      [1, 'invalid_request', 'items[1].content'],
      [2, 'invalid_request', 'items[2]'],
      [3, 'invalid_request', 'items[3]'],
      [4, 'unknown_field', 'items[4].tagz'],
      [5, 'outcome_unknown', undefined],
      [6, 'invalid_request', 'items[6].occurred_at'],
      [7, 'invalid_request', 'items[7].namespace'],
      [8, undefined, undefined],
    ],
  )
  t.like(body.results[5]?.error, { idempotency_key: 'k', retryable: true })
})

test('messages become items: who spoke is the author, the role stays in the metadata', async (t) => {
  const edge = await startEdge(t)
  const answer = await call(`${edge.url}/remember/batch`, {
    body: {
      metadata: { source: 'chat' },
      messages: [
        { role: 'user', name: 'Ana', content: 'I moved.', occurred_at: '2025-03-01T10:00:00+01:00' },
        { role: 'assistant', content: 'Where to?' },
        { content: 'nobody said this' },
      ],
    },
  })
  const items = edge.commands.last<readonly RememberItem[]>().map((item) => item.request)
  t.deepEqual(
    items.map(({ author, metadata, occurredAt }) => [author, metadata, occurredAt]),
    [
      ['Ana', { source: 'chat', role: 'user' }, Date.UTC(2025, 2, 1, 9)],
      ['assistant', { source: 'chat', role: 'assistant' }, null],
    ],
  )
  t.is((answer.json as unknown as BatchAnswer).results[2]?.error?.field, 'messages[2].role')
})

test('an item is keyed by itself, else by the key of the batch and its place', async (t) => {
  const edge = await startEdge(t)
  await call(`${edge.url}/remember/batch`, {
    body: { items: [{ content: '1' }, { content: '2', idempotency_key: 'own' }] },
    headers: { 'idempotency-key': 'batch' },
  })
  t.deepEqual(
    edge.commands.last<readonly RememberItem[]>().map((item) => item.idempotencyKey),
    ['batch/0', 'own'],
  )
})

test('a batch of which the log took nothing fails as a whole', async (t) => {
  const edge = await startEdge(t)
  edge.commands.answerMany = async () => {
    throw new ProblemError({ code: 'log_unavailable', detail: 'no log', retryAfterSeconds: 3 })
  }
  const answer = await call(`${edge.url}/remember/batch`, { body: { items: [{ content: 'x' }] } })
  t.is(answer.status, 503)
  t.is(answer.json.code, 'log_unavailable')
  t.is(answer.headers.get('retry-after'), '3')
})

test('a batch whose items are all refused asks nothing of the log', async (t) => {
  const edge = await startEdge(t)
  const answer = await call(`${edge.url}/remember/batch`, { body: { items: [{}, {}] } })
  t.is(answer.status, 200)
  t.like(answer.json, { accepted: 0, failed: 2, position: null })
  t.deepEqual(edge.commands.calls, [])
})
