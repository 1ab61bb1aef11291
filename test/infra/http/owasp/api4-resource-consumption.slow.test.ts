import { gzipSync } from 'node:zlib'
import test from 'ava'
import { call } from '../support/call.ts'
import { startEdge } from '../support/start-edge.ts'

// OWASP API Security Top 10 (2023), API4: Unrestricted Resource Consumption. Bounds of time and of what is in flight are
// tested in admission.slow.test.ts, those of streams in streamed-import.slow.test.ts.

const nested = (depth: number): unknown => {
  let filter: unknown = { tags: 'x' }
  for (let i = 0; i < depth; i++) filter = { $not: filter }
  return filter
}

const excessive: ReadonlyArray<readonly [string, string, unknown, number]> = [
  ['content of 50,001 characters', '/remember', { content: 'x'.repeat(50_001) }, 400],
  ['metadata of 16 KB and more', '/remember', { content: 'x', metadata: { a: 'x'.repeat(17_000) } }, 400],
  ['65 tags', '/remember', { content: 'x', tags: Array.from({ length: 65 }, (_, i) => `t${i}`) }, 400],
  ['65 links', '/remember', { content: 'x', links: Array(65).fill({ rel: 'a', target: 'b' }) }, 400],
  ['a batch of 1,001', '/remember/batch', { items: Array(1001).fill({ content: 'x' }) }, 400],
  ['an answer of 101', '/recall', { query: 'x', k: 101 }, 400],
  ['a page of 501', '/memories/search', { limit: 501 }, 400],
  ['a filter that nests without end', '/recall', { query: 'x', filters: nested(200) }, 400],
  ['a body beyond its limit', '/recall', { query: 'x', filters: { tags: 'x'.repeat(1_100_000) } }, 413],
]
for (const [what, path, body, status] of excessive) {
  test(`${what} is refused, and reaches no door`, async (t) => {
    const edge = await startEdge(t)
    const answer = await call(`${edge.url}${path}`, { body })
    t.is(answer.status, status, answer.text)
    t.truthy(answer.json.expected)
    t.deepEqual([...edge.commands.calls, ...edge.query.calls], [])
  })
}

test('JSON that nests a hundred thousand deep is refused', async (t) => {
  const edge = await startEdge(t)
  const answer = await call(`${edge.url}/remember`, { raw: `{"content":${'['.repeat(100_000)}` })
  t.is(answer.status, 400)
})

test('a body that would unpack to a large one is refused', async (t) => {
  const edge = await startEdge(t)
  const raw = gzipSync(JSON.stringify({ content: 'x'.repeat(40_000) }))
  const answer = await call(`${edge.url}/remember`, { raw, headers: { 'content-encoding': 'gzip' } })
  t.is(answer.status, 415)
})

test('who asks too much is refused before the body is read', async (t) => {
  const edge = await startEdge(t, {
    limit: () => ({ granted: 0, quotas: [], retryAfterSeconds: 7 }),
  })
  const answer = await call(`${edge.url}/remember`, { raw: '{ no JSON' })
  t.is(answer.status, 429)
  t.is(answer.headers.get('retry-after'), '7')
})
