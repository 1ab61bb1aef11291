import test from 'ava'
import { ProblemError } from '../../../domain/problem.ts'
import { embeddedComponents } from '../../../infra/telemetry/embedded-components.ts'
import { composeHealth } from '../../../infra/telemetry/health.ts'
import { call } from './support/call.ts'
import { MEMORY_ID, NOW } from './support/doubles.ts'
import { startEdge } from './support/start-edge.ts'

test('health shows every part under its fixed key', async (t) => {
  const edge = await startEdge(t)
  const { status, json } = await call(`${edge.url}/health`)
  t.is(status, 200)
  t.like(json, { status: 'healthy', timestamp: '2025-10-15T12:00:00.000Z', version: 'v0.1.0', mode: 'development' })
  const components = json.components as Record<string, Record<string, unknown>>
  t.deepEqual(Object.keys(components), ['redis', 'postgres', 'kafka', 'opa'])
  t.deepEqual(components.opa, { status: 'disabled' })
  t.like(components.kafka, { status: 'healthy', backend: 'embedded' })
  t.is(typeof components.kafka?.latency_ms, 'number')
})

test('health is 503 when a part fails, and names it', async (t) => {
  const works = async (): Promise<void> => undefined
  const log = async (): Promise<void> => {
    throw new Error('disk full')
  }
  const health = composeHealth({
    components: embeddedComponents({ log, longTerm: works, workingMemory: works }),
    version: 'v0.1.0',
    mode: 'development',
    now: () => NOW,
  })
  const edge = await startEdge(t, { health })
  const { status, json } = await call(`${edge.url}/health`)
  t.is(status, 503)
  t.is(json.status, 'degraded')
  t.like(json.components, { kafka: { status: 'unhealthy', error: 'Failing' }, redis: { status: 'healthy' } })
})

test('probes answer for the process, for its start and for its role', async (t) => {
  const edge = await startEdge(t, {
    ready: async () => ({ ready: false, waitingFor: ['keys'] }),
    startup: () => ({ ready: false, waitingFor: ['migrations', 'schemas'] }),
  })
  t.deepEqual((await call(`${edge.url}/live`)).json, { status: 'live' })
  const ready = await call(`${edge.url}/ready`)
  t.is(ready.status, 503)
  t.deepEqual(ready.json, { status: 'waiting', waiting_for: ['keys'] })
  t.deepEqual((await call(`${edge.url}/startup`)).json.waiting_for, ['migrations', 'schemas'])
})

test('metrics count requests by route template, whatever the version and the ids', async (t) => {
  const edge = await startEdge(t)
  await call(`${edge.url}/memories/${MEMORY_ID}`)
  await call(`${edge.url}/v1/memories/${MEMORY_ID}`)
  await call(`${edge.url}/v1/memories/${MEMORY_ID}/history`)
  await call(`${edge.url}/one/nobody/knows`)
  await call(`${edge.url}/another`)
  await call(`${edge.url}/recall`)
  const { text, headers } = await call(`${edge.url}/metrics`)
  t.regex(headers.get('content-type') ?? '', /^text\/plain/)
  for (const line of [
    'somabrain_requests_total{method="GET",endpoint="/memories/{id}",status="200"} 2',
    'somabrain_requests_total{method="GET",endpoint="/memories/{id}/history",status="200"} 1',
    'somabrain_requests_total{method="GET",endpoint="unmatched",status="404"} 2',
    'somabrain_requests_total{method="GET",endpoint="/recall",status="405"} 1',
    'somabrain_request_duration_seconds_count{method="GET",endpoint="/memories/{id}"} 2',
    'somabrain_memory_operations_total{operation="read",outcome="success"} 3',
    'somabrain_problems_total{endpoint="unmatched",code="not_found"} 2',
    'somabrain_density_trace_error_total 0',
    'somabrain_redis_connection_errors 0',
  ]) {
    t.true(text.includes(`${line}\n`), line)
  }
  for (const le of ['0.05', '0.1', '0.2', '0.5', '1', '2', '5', '10']) {
    t.true(
      text.includes(`somabrain_request_duration_seconds_bucket{le="${le}",method="GET",endpoint="/memories/{id}"}`),
    )
  }
})

test('operations count each item, and an error is the fault of the server', async (t) => {
  const edge = await startEdge(t)
  await call(`${edge.url}/remember/batch`, { body: { items: [{ content: 'x' }, { content: 'y' }, {}] } })
  await call(`${edge.url}/remember`, { body: {} })
  edge.commands.answer = async () => {
    throw new ProblemError({ code: 'log_unavailable', detail: 'no log' })
  }
  await call(`${edge.url}/remember`, { body: { content: 'x' } })
  edge.query.failWith = new ProblemError({ code: 'not_yet_visible', detail: 'wait' })
  await call(`${edge.url}/recall`, { body: { query: 'x' } })
  const text = await edge.metrics.registry.metrics()
  for (const line of [
    'somabrain_memory_operations_total{operation="remember",outcome="success"} 2',
    'somabrain_memory_operations_total{operation="remember",outcome="rejected"} 2',
    'somabrain_memory_operations_total{operation="remember",outcome="error"} 1',
    'somabrain_memory_operations_total{operation="recall",outcome="rejected"} 1',
  ]) {
    t.true(text.includes(`${line}\n`), line)
  }
})

test('every answer that is refused because a data key is missing is counted once, and logged as an error', async (t) => {
  const edge = await startEdge(t)
  edge.query.failWith = new ProblemError({ code: 'key_missing', detail: 'The data key k is missing.' })
  await call(`${edge.url}/recall`, { body: { query: 'x' } })
  await call(`${edge.url}/plan`, { body: { goal: 'x' } })
  await call(`${edge.url}/working-memory`)
  edge.query.failWith = new ProblemError({ code: 'store_unavailable', detail: 'no store' })
  await call(`${edge.url}/recall`, { body: { query: 'x' } })
  t.true((await edge.metrics.registry.metrics()).includes('somabrain_data_key_missing_total 3\n'))
  t.like(
    edge.logged.find(({ code }) => code === 'key_missing'),
    { level: 50, msg: 'The data key k is missing.' },
  )
  t.like(
    edge.logged.find(({ code }) => code === 'store_unavailable'),
    { level: 40 },
  )
})

test('deliberate waits and streamed imports stay out of the latency histogram', async (t) => {
  const edge = await startEdge(t)
  const stream = { raw: '{"content":"x"}\n', headers: { 'content-type': 'application/x-ndjson' } }
  await call(`${edge.url}/remember`, { body: { content: 'x' }, headers: { prefer: 'wait=1' } })
  await call(`${edge.url}/remember/batch`, stream)
  await call(`${edge.url}/recall`, { body: { query: 'x', after: 'latest' } })
  await call(`${edge.url}/memories?after=latest`)
  edge.query.failWith = new ProblemError({ code: 'not_yet_visible', detail: 'wait' })
  await call(`${edge.url}/recall`, { body: { query: 'x' } })
  const text = await edge.metrics.registry.metrics()
  t.true(text.includes('somabrain_requests_total{method="POST",endpoint="/remember",status="202"} 1'))
  t.true(text.includes('somabrain_requests_total{method="POST",endpoint="/remember/batch",status="200"} 1'))
  t.true(text.includes('somabrain_requests_total{method="POST",endpoint="/recall",status="200"} 1'))
  t.true(text.includes('somabrain_requests_total{method="GET",endpoint="/memories",status="200"} 1'))
  t.false(text.includes('somabrain_request_duration_seconds_count{'))
  edge.query.failWith = null
  await call(`${edge.url}/recall`, { body: { query: 'x', after: null } })
  t.true(
    (await edge.metrics.registry.metrics()).includes(
      'somabrain_request_duration_seconds_count{method="POST",endpoint="/recall"} 1',
    ),
  )
})

test('a request id is echoed when it is safe, and drawn when it is not', async (t) => {
  const edge = await startEdge(t)
  const idFor = async (given?: string): Promise<string | null> =>
    (await call(`${edge.url}/nowhere`, { headers: given === undefined ? {} : { 'x-request-id': given } })).headers.get(
      'x-request-id',
    )
  t.is(await idFor('abc-123_4.5:6'), 'abc-123_4.5:6')
  const drawn = /^[0-9a-f-]{36}$/
  t.regex((await idFor()) ?? '', drawn)
  t.regex((await idFor('with space')) ?? '', drawn)
  t.regex((await idFor('x'.repeat(129))) ?? '', drawn)
})

test('a bug is a 500 with the request id and nothing of what went wrong', async (t) => {
  const edge = await startEdge(t)
  edge.query.failWith = new TypeError('secret internals')
  const answer = await call(`${edge.url}/recall`, { body: { query: 'x' }, headers: { 'x-request-id': 'find-me' } })
  t.is(answer.status, 500)
  t.like(answer.json, { code: 'internal', instance: 'urn:request:find-me', retryable: false })
  t.false(answer.text.includes('secret') || answer.text.includes('.ts'))
  const line = edge.logged.find((one) => one.requestId === 'find-me')
  t.like(line, { level: 50, err: { type: 'TypeError', message: 'secret internals' } })
})

test('unknown routes and methods are told apart', async (t) => {
  const edge = await startEdge(t)
  t.like((await call(`${edge.url}/rember`, { body: {} })).json, { status: 404, code: 'not_found' })
  for (const [method, path, allow] of [
    ['GET', '/remember', 'POST'],
    ['PUT', '/v1/recall', 'POST'],
    ['PATCH', `/memories/${MEMORY_ID}`, 'DELETE, GET, HEAD'],
    ['POST', '/namespaces/x', 'PUT'],
    ['DELETE', '/health', 'GET, HEAD'],
  ] as const) {
    const answer = await call(`${edge.url}${path}`, { method })
    t.is(answer.status, 405, `${method} ${path}`)
    t.is(answer.headers.get('allow'), allow)
    t.is(answer.json.code, 'method_not_allowed')
  }
  t.is((await call(`${edge.url}/health`, { method: 'HEAD' })).status, 200)
})

test('security headers stand on answers and refusals', async (t) => {
  const edge = await startEdge(t)
  for (const path of ['/live', '/nowhere', '/memories/x', '/recall']) {
    const { headers } = await call(`${edge.url}${path}`)
    t.is(headers.get('content-security-policy'), "default-src 'none';frame-ancestors 'none'", path)
    t.is(headers.get('x-content-type-options'), 'nosniff')
    t.is(headers.get('x-powered-by'), null)
  }
})

test('a process without a side does not have its routes', async (t) => {
  const reader = await startEdge(t, { commands: null })
  t.is((await call(`${reader.url}/remember`, { body: { content: 'x' } })).status, 404)
  t.is((await call(`${reader.url}/recall`, { body: { query: 'x' } })).status, 200)
  const writer = await startEdge(t, { query: null })
  t.is((await call(`${writer.url}/recall`, { body: { query: 'x' } })).status, 404)
  t.is((await call(`${writer.url}/remember`, { body: { content: 'x' } })).status, 202)
})
