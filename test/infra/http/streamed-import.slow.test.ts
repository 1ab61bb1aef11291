import { setImmediate as nextTurn } from 'node:timers/promises'
import test from 'ava'
import type { RememberItem } from '../../../commands/command-api.ts'
import { ProblemError } from '../../../domain/problem.ts'
import { receipt } from './support/doubles.ts'
import { eventually } from './support/eventually.ts'
import { openImport } from './support/open-import.ts'
import { startEdge } from './support/start-edge.ts'

const NDJSON = { 'content-type': 'application/x-ndjson' }
const linesOf = (text: string): Array<Record<string, unknown>> =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

const send = async (url: string, body: string | Uint8Array): Promise<Array<Record<string, unknown>>> => {
  const response = await fetch(url, { method: 'POST', headers: NDJSON, body, duplex: 'half' } as RequestInit)
  return linesOf(await response.text())
}

test('answers every line in order, each with its own result, and sums up', async (t) => {
  const edge = await startEdge(t)
  const body = [
    '{"content":"1"}',
    '',
    '{"content":2}',
    'not json',
    '  {"content":"3","run_id":"own"}\r',
    '{"content":"4","contnet":""}',
    '{"content":"last, without an end"}',
  ].join('\n')
  const lines = await send(`${edge.url}/remember/batch?run_id=shared&user_id=ana`, body)
  t.deepEqual(
    lines.map(({ index, status, error }) => {
      const { code, field } = (error ?? {}) as { readonly code?: string; readonly field?: string }
      return [index, status, code, field]
    }),
    [
      [0, 'accepted', undefined, undefined],
      [1, undefined, 'invalid_request', 'content'],
      [2, undefined, 'malformed_body', 'line'],
      [3, 'accepted', undefined, undefined],
      [4, undefined, 'unknown_field', 'contnet'],
      [5, 'accepted', undefined, undefined],
      [undefined, undefined, undefined, undefined],
    ],
  )
  t.like(lines.at(-1), { accepted: 3, failed: 3 })
  const items = edge.commands.calls.flatMap((call) => call.arguments[1] as readonly RememberItem[])
  t.deepEqual(
    items.map(({ request }) => [request.content, request.runId, request.userId]),
    [
      ['1', 'shared', 'ana'],
      ['3', 'own', 'ana'],
      ['last, without an end', 'shared', 'ana'],
    ],
  )
})

test('messages are lines too, under what the query string shares', async (t) => {
  const edge = await startEdge(t)
  const shared = new URLSearchParams({ run_id: 'chat-17', importance: '0.75', metadata: '{"source":"chat"}' })
  for (const tag of ['home', 'family']) shared.append('tags', tag)
  shared.set('links', '[{"rel":"about","target":"0198f0de-3b5a-8c1d-9e2f-4a6b8c0d2e4f"}]')
  const body = [
    '{"role":"user","name":"Ana","content":"I moved to Lisbon."}',
    '{"role":"assistant","content":"How is it?","metadata":{}}',
    '{"content":"an item","tags":["own"]}',
  ].join('\n')
  const lines = await send(`${edge.url}/remember/batch?${shared}`, body)
  t.like(lines.at(-1), { accepted: 2, failed: 1 })
  t.like(lines[1], { error: { code: 'unknown_field', field: 'metadata' } })
  const items = edge.commands.calls.flatMap((call) => call.arguments[1] as readonly RememberItem[])
  t.deepEqual(
    items.map(({ request }) => [
      request.author,
      request.metadata,
      request.tags,
      request.importance,
      request.links.length,
    ]),
    [
      ['Ana', { source: 'chat', role: 'user' }, ['home', 'family'], 750, 1],
      [null, { source: 'chat' }, ['own'], 750, 1],
    ],
  )
})

for (const [query, field] of [
  ['metadata=%7B', 'metadata'],
  ['metadata=%5B%5D', 'metadata'],
  ['links=%7B%7D', 'links'],
  ['links=%5B%7B%22rel%22:%22about%22%7D%5D', 'links[0].target'],
  [`tags=${'x'.repeat(129)}`, 'tags[0]'],
] as const) {
  test(`shared ${field} that cannot be read refuse the import by name: ${query.slice(0, 30)}`, async (t) => {
    const edge = await startEdge(t)
    const response = await fetch(`${edge.url}/remember/batch?${query}`, { method: 'POST', headers: NDJSON, body: '{}' })
    t.is(response.status, 400)
    t.like((await response.json()) as object, { field })
  })
}

test('a line that is too long is its own result, and the rest goes on', async (t) => {
  const edge = await startEdge(t, { options: { importLineLimitBytes: 100 } })
  const lines = await send(`${edge.url}/remember/batch`, `{"content":"${'x'.repeat(5000)}"}\n{"content":"y"}\n`)
  t.like(lines[0], { index: 0, error: { code: 'body_too_large', field: 'line' } })
  t.like(lines[1], { index: 1, status: 'accepted' })
  t.like(lines[2], { accepted: 1, failed: 1 })
})

test('an empty stream is a summary of nothing', async (t) => {
  const edge = await startEdge(t)
  t.deepEqual(await send(`${edge.url}/remember/batch`, '\n\n'), [{ accepted: 0, failed: 0, position: null }])
})

test('lines are keyed by the import and their place', async (t) => {
  const edge = await startEdge(t)
  const headers = { ...NDJSON, 'idempotency-key': 'import-1' }
  const body = '{"content":"1"}\nnope\n{"content":"2"}\n{"content":"3","idempotency_key":"own"}\n'
  await (await fetch(`${edge.url}/remember/batch`, { method: 'POST', headers, body })).text()
  const items = edge.commands.calls.flatMap((call) => call.arguments[1] as readonly RememberItem[])
  t.deepEqual(
    items.map((item) => item.idempotencyKey),
    ['import-1/0', 'import-1/2', 'own'],
  )
})

test('reads no further than a window ahead of a log that is slow', async (t) => {
  const edge = await startEdge(t, { options: { importWindowLines: 10 } })
  let letGo = Promise.withResolvers<void>()
  const windows: number[] = []
  edge.commands.answerMany = async (items) => {
    windows.push(items.length)
    await letGo.promise
    return items.map(() => ({ receipt: receipt() }))
  }
  const client = await openImport(edge.port)
  const chunk = `{"content":"${'x'.repeat(1000)}"}\n`.repeat(64)
  const framed = `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`
  let written = 0
  // Socket buffers on both sides take some; what matters is that they fill up, because nobody reads on.
  while (client.socket.writableLength < 4 * 1024 * 1024 && written < 2000) {
    client.socket.write(framed)
    written += 1
    await nextTurn()
  }
  await eventually(() => windows.length === 1)
  t.true(client.socket.writableLength > 0, 'the server takes no more')
  t.true(windows.every((size) => size <= 10))

  letGo.resolve()
  client.end()
  await client.until((text) => text.includes('"accepted":'), 60_000)
  t.true(windows.every((size) => size <= 10))
  t.is(
    windows.reduce((sum, size) => sum + size, 0),
    written * 64,
    'every line was handed over once',
  )
  letGo = Promise.withResolvers()
  client.socket.destroy()
})

test('answers come while the input is still open', async (t) => {
  const edge = await startEdge(t)
  const client = await openImport(edge.port)
  client.send('{"content":"first"}')
  t.regex(await client.until((text) => text.includes('"index":0')), /"status":"accepted"/)
  client.end()
  t.regex(await client.until((text) => text.includes('"accepted":1')), /"failed":0/)
  client.socket.destroy()
})

test('an import ends with the window that the log did not take, and says so', async (t) => {
  const edge = await startEdge(t, { options: { importWindowLines: 2 } })
  let calls = 0
  edge.commands.answerMany = async (items) => {
    calls += 1
    if (calls === 2) throw new ProblemError({ code: 'log_unavailable', detail: 'no log' })
    return items.map(() => ({ receipt: receipt() }))
  }
  const lines = await send(`${edge.url}/remember/batch`, '{"content":"x"}\n'.repeat(1000))
  const summary = lines.at(-1) as { accepted: number; failed: number }
  t.like(summary, { error: { code: 'log_unavailable', retryable: true } })
  t.is(calls, 2)
  t.is(summary.accepted + summary.failed, lines.length - 1, 'a resumed import begins after the last line answered')
  t.true(summary.accepted > 0 && summary.failed > 0 && lines.length < 1000)
})

test('an import in which no line arrives ends with a reason', async (t) => {
  const edge = await startEdge(t, { options: { importIdleTimeoutMs: 50 } })
  const client = await openImport(edge.port)
  t.regex(await client.until((text) => text.includes('"accepted":0')), /request_timeout/)
  await client.closed
})

test('a client that takes no answers is let go', async (t) => {
  const edge = await startEdge(t, { options: { importIdleTimeoutMs: 100, importWindowLines: 100 } })
  const client = await openImport(edge.port)
  client.socket.pause()
  const chunk = '{"content":"x"}\n'.repeat(2000)
  const framed = `${chunk.length.toString(16)}\r\n${chunk}\r\n`
  await eventually(() => {
    if (client.socket.destroyed || client.socket.errored !== null) return true
    if (client.socket.writableLength < 1024 * 1024) client.socket.write(framed)
    return false
  }, 60_000)
  t.pass()
})

test('when the client goes away nothing more is read or kept', async (t) => {
  const edge = await startEdge(t)
  const client = await openImport(edge.port)
  client.send('{"content":"first"}')
  await client.until((text) => text.includes('"index":0'))
  client.socket.destroy()
  await eventually(async () =>
    (await edge.metrics.registry.metrics()).includes(
      'somabrain_requests_total{method="POST",endpoint="/remember/batch",status="499"} 1',
    ),
  )
  const metrics = await edge.metrics.registry.metrics()
  t.true(metrics.includes('somabrain_requests_in_flight 0'))
  t.true(metrics.includes('somabrain_request_body_bytes_in_flight 0'))
  t.is(edge.commands.calls.length, 1)
  t.deepEqual(
    edge.logged.filter((line) => Number(line.level) >= 50),
    [],
  )
})
