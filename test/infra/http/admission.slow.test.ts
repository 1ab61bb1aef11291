import test from 'ava'
import { Admission } from '../../../infra/http/admission.ts'
import { call } from './support/call.ts'
import { receipt } from './support/doubles.ts'
import { eventually } from './support/eventually.ts'
import { openRawSocket } from './support/raw-socket.ts'
import { startEdge } from './support/start-edge.ts'

const post = (path: string, length: number): string =>
  `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`

test('admission never holds more than its bounds, and gives back what it held once', (t) => {
  const admission = new Admission(2, 100)
  const first = admission.enter(60)!
  t.is(admission.enter(50), null, 'too many bytes')
  const second = admission.enter(10)!
  t.is(admission.enter(0), null, 'too many requests')
  t.false(second.grow(31))
  t.true(second.grow(30))
  t.is(admission.bytes, 100)
  second.release()
  second.release()
  t.false(second.grow(1))
  t.deepEqual([admission.requests, admission.bytes], [1, 60])
  first.release()
  t.deepEqual([admission.requests, admission.bytes], [0, 0])
})

test('refuses at once what is more than it takes, with Retry-After, and goes on', async (t) => {
  const edge = await startEdge(t, { options: { maxInFlightRequests: 2 } })
  const gate = Promise.withResolvers<void>()
  edge.commands.answer = async () => {
    await gate.promise
    return receipt()
  }
  const remember = (): ReturnType<typeof call> => call(`${edge.url}/remember`, { body: { content: 'x' } })
  const held = [remember(), remember()]
  await eventually(() => edge.commands.calls.length === 2)
  const refused = await Promise.all(Array.from({ length: 20 }, remember))
  for (const answer of refused) {
    t.is(answer.status, 503)
    t.is(answer.json.code, 'overloaded')
    t.is(answer.headers.get('retry-after'), '1')
  }
  t.is((await call(`${edge.url}/live`)).status, 200, 'probes are answered all the same')
  t.is((await call(`${edge.url}/health`)).status, 200)
  gate.resolve()
  for (const answer of await Promise.all(held)) t.is(answer.status, 202)
  t.is((await remember()).status, 202)
})

test('counts the bytes of bodies that are on their way', async (t) => {
  const edge = await startEdge(t, { options: { maxInFlightBytes: 1000 } })
  const client = await openRawSocket(edge.port)
  client.socket.write(`${post('/remember', 900)}{"content":"`)
  await eventually(async () =>
    (await edge.metrics.registry.metrics()).includes('somabrain_request_body_bytes_in_flight 900'),
  )
  const refused = await call(`${edge.url}/remember`, { body: { content: 'x'.repeat(200) } })
  t.is(refused.json.code, 'overloaded')
  t.is((await call(`${edge.url}/remember`, { body: { content: 'x' } })).status, 202)
  client.socket.destroy()
  await eventually(async () =>
    (await edge.metrics.registry.metrics()).includes('somabrain_request_body_bytes_in_flight 0'),
  )
  t.is((await call(`${edge.url}/remember`, { body: { content: 'x'.repeat(200) } })).status, 202)
})

test('counts the bytes of a body without a length as they come', async (t) => {
  const edge = await startEdge(t, { options: { maxInFlightBytes: 1000 } })
  const chunked = (content: string): Promise<Response> =>
    fetch(`${edge.url}/remember`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: ReadableStream.from([Buffer.from(`{"content":"${content}"}`)]),
      duplex: 'half',
    } as RequestInit)
  t.is((await chunked('x'.repeat(100))).status, 202)
  const refused = await chunked('x'.repeat(2000))
  t.is(refused.status, 503)
  t.like(await refused.json(), { code: 'overloaded' })
  t.is((await chunked('x'.repeat(100))).status, 202, 'what was counted was given back')
})

test('a body that does not arrive in time ends its request', async (t) => {
  const edge = await startEdge(t, { options: { bodyTimeoutMs: 50 } })
  const client = await openRawSocket(edge.port)
  client.socket.write(`${post('/remember', 900)}{"content":"`)
  const answer = await client.until((text) => text.includes('instance'))
  t.regex(answer, /^HTTP\/1\.1 408 /)
  t.regex(answer, /request_timeout/)
  t.regex(answer, /connection: close/i)
  await client.closed
  t.deepEqual(edge.commands.calls, [])
})

test('headers that do not arrive in time end their connection', async (t) => {
  const edge = await startEdge(t, { options: { headersTimeoutMs: 50 } })
  const client = await openRawSocket(edge.port)
  client.socket.write('POST /remember HTTP/1.1\r\nhost: loc')
  const answer = await client.until((text) => text.includes('instance'))
  t.regex(answer, /^HTTP\/1\.1 408 /)
  await client.closed
})

test('bytes that are no request, and headers without end, are answered as problems', async (t) => {
  const edge = await startEdge(t)
  for (const [bytes, status, code] of [
    ['GARBAGE\r\n\r\n', 400, 'malformed_request'],
    [`GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ] as const) {
    const client = await openRawSocket(edge.port)
    client.socket.write(bytes)
    const answer = await client.until((text) => text.includes('"instance"'))
    t.true(answer.startsWith(`HTTP/1.1 ${status} `), answer)
    t.true(answer.includes(`"code":"${code}"`))
    await client.closed
  }
})

test('closing answers what is in flight, refuses what is new and then ends', async (t) => {
  const edge = await startEdge(t)
  const gate = Promise.withResolvers<void>()
  edge.commands.answer = async () => {
    await gate.promise
    return receipt()
  }
  const body = '{"content":"x"}'
  const request = post('/remember', body.length) + body
  const first = await openRawSocket(edge.port)
  first.socket.write(request)
  await eventually(() => edge.commands.calls.length === 1)
  const late = await openRawSocket(edge.port)
  late.socket.write(request.slice(0, 20))
  const probe = await openRawSocket(edge.port)
  probe.socket.write('GET /ready HTTP/1.1\r\nhost')
  await eventually(() => late.socket.bytesWritten + probe.socket.bytesWritten > 40)
  t.is((await call(`${edge.url}/ready`)).status, 200)

  const closed = edge.app.close()
  late.socket.write(request.slice(20))
  probe.socket.write(': localhost\r\n\r\n')
  t.regex(await late.until((text) => text.includes('instance')), /^HTTP\/1\.1 503 [\s\S]*shutting_down/)
  t.regex(await probe.until((text) => text.includes('waiting_for')), /^HTTP\/1\.1 503 /)
  gate.resolve()
  t.regex(await first.until((text) => text.includes('accepted')), /^HTTP\/1\.1 202 [\s\S]*connection: close/i)
  await closed
  await Promise.all([first.closed, late.closed, probe.closed])
  t.is(edge.commands.calls.length, 1)
})

test('closing does not wait longer than it may', async (t) => {
  const edge = await startEdge(t, { options: { drainTimeoutMs: 50 } })
  edge.commands.answer = () => new Promise(() => undefined)
  const stuck = await openRawSocket(edge.port)
  const body = '{"content":"x"}'
  stuck.socket.write(post('/remember', body.length) + body)
  await eventually(() => edge.commands.calls.length === 1)
  await edge.app.close()
  await stuck.closed
  t.is(stuck.received(), '')
})

test('closing ends a streamed import with a summary', async (t) => {
  const edge = await startEdge(t)
  const client = await openRawSocket(edge.port)
  const line = '{"content":"first"}\n'
  client.socket.write(
    `POST /remember/batch HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n${line.length.toString(16)}\r\n${line}\r\n`,
  )
  await client.until((text) => text.includes('"index":0'))
  const closed = edge.app.close()
  const text = await client.until((received) => received.includes('"accepted":1'))
  t.regex(text, /shutting_down/)
  await closed
})
