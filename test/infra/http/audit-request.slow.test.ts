import test, { type ExecutionContext } from 'ava'
import type { GatheredOperation } from '../../../infra/audit/operation-gatherer.ts'
import { AuthenticationError, type CredentialOwner } from '../../../infra/http/auth/authenticator.ts'
import type { HttpServerDeps } from '../../../infra/http/http-server-deps.ts'
import { get, post, send } from '../../support/http-client.ts'
import { NOW, receipt } from './support/doubles.ts'
import { eventually } from './support/eventually.ts'
import { openRawSocket } from './support/raw-socket.ts'
import { startEdge } from './support/start-edge.ts'

async function audited(t: ExecutionContext, over: Partial<HttpServerDeps> = {}) {
  const recorded: GatheredOperation[] = []
  const edge = await startEdge(t, { audit: { record: (operation) => recorded.push(operation) }, ...over })
  return { ...edge, recorded }
}

test('a read is audited with who asked, for what, and how much was answered', async (t) => {
  const { url, recorded } = await audited(t)
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  await post(`${url}/v1/recall`, { query: 'secret-canary', namespace: 'notes' }, { 'x-request-id': 'r-1', traceparent })
  await eventually(() => recorded.length === 1)
  const [operation] = recorded
  t.like(operation, {
    at: NOW,
    tenant: 'default',
    principal: 'development',
    action: 'recall',
    method: 'POST',
    route: '/recall',
    namespace: 'notes',
    status: 200,
    code: null,
    requestId: 'r-1',
    traceparent,
  })
  t.is(typeof operation?.results, 'number')
  t.false(JSON.stringify(recorded).includes('canary'))
})

test('what the log took is audited by the log itself, and what it did not take here', async (t) => {
  const { url, recorded, commands } = await audited(t)
  t.is((await post(`${url}/remember`, { content: 'a' })).status, 202)
  commands.answer = () => Promise.reject(new Error('the log is away'))
  t.is((await post(`${url}/remember`, { content: 'b' })).status, 500)
  t.is((await post(`${url}/remember`, { content: '' })).status, 400)
  await eventually(() => recorded.length === 2)
  t.deepEqual(
    recorded.map(({ action, route, status, code }) => [action, route, status, code]),
    [
      ['remember', '/remember', 500, 'internal'],
      ['remember', '/remember', 400, 'invalid_request'],
    ],
  )
})

const totalOf = (entries: readonly GatheredOperation[]): number =>
  entries.reduce((sum, { refused }) => sum + (refused?.total ?? 0), 0)

test('items that were refused are named by index and code, in a batch and in a stream', async (t) => {
  const { url, recorded, commands } = await audited(t)
  const items = [{ content: 'a' }, { content: '' }, { content: 'canary' }, { contents: 'canary' }, { content: 'b' }]
  commands.answerMany = async (good) =>
    good.map((_item, i) =>
      i === 1 ? { problem: { code: 'outcome_unknown', detail: 'canary' } } : { receipt: receipt() },
    )
  t.is((await post(`${url}/remember/batch`, { items })).status, 200)
  const lines = items.map((item) => JSON.stringify(item)).join('\n')
  const headers = { 'content-type': 'application/x-ndjson' }
  const stream = await fetch(`${url}/remember/batch`, { method: 'POST', headers, body: `${lines}\n{` })
  await stream.text()
  await eventually(() => totalOf(recorded) === 7)
  const named = [
    { first: 1, last: 1, code: 'invalid_request' },
    { first: 2, last: 2, code: 'outcome_unknown' },
    { first: 3, last: 3, code: 'unknown_field' },
  ]
  t.like(recorded[0], { action: 'remember', route: '/remember/batch', status: 200, code: null })
  t.deepEqual(recorded[0]?.refused, { total: 3, ranges: named })
  t.deepEqual(
    recorded.slice(1).flatMap(({ refused }) => refused?.ranges),
    [...named, { first: 5, last: 5, code: 'malformed_body' }],
  )
  t.false(JSON.stringify(recorded).includes('canary'))
})

test('lines that are refused are audited while the stream goes on, and not one by one', async (t) => {
  const { port, recorded } = await audited(t, { options: { importWindowLines: 1 } })
  const client = await openRawSocket(port)
  client.socket.write(
    'POST /remember/batch HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n',
  )
  const send = (lines: string) => client.socket.write(`${lines.length.toString(16)}\r\n${lines}\r\n`)
  send('{"content":"a"}\n{"content":""}\n')
  await eventually(() => recorded.length === 1)
  t.like(recorded[0], { action: 'remember', route: '/remember/batch', namespace: 'default', status: 200, code: null })
  t.deepEqual(recorded[0]?.refused, { total: 1, ranges: [{ first: 1, last: 1, code: 'invalid_request' }] })
  const from = performance.now()
  for (let index = 2; index < 50; index += 1) {
    send('{"content":""}\n')
    await client.until((text) => text.includes(`"index":${index},`))
  }
  await eventually(() => recorded.length > 1)
  client.socket.write('0\r\n\r\n')
  await client.until((text) => text.includes('"accepted":1'))
  const seconds = (performance.now() - from) / 1000
  await eventually(() => totalOf(recorded) === 49)
  t.true(recorded.length <= 3 + seconds, `${recorded.length} entries in ${seconds} s`)
  client.socket.destroy()
})

test('what /mcp refuses without asking a route is audited with its code', async (t) => {
  const { url, recorded } = await audited(t)
  const headers = { accept: 'application/json, text/event-stream' }
  const called = (name: unknown, input: unknown) => ({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name, arguments: input },
  })
  await post(`${url}/mcp`, called('recall', { k: 101 }), headers)
  await post(`${url}/mcp`, called('x', {}), headers)
  await post(`${url}/mcp`, called(5, {}), headers)
  await post(`${url}/mcp`, called('recall', { query: 'x' }))
  await post(`${url}/mcp`, called('recall', { query: 'x' }), headers)
  await eventually(() => recorded.length === 6)
  t.deepEqual(recorded.map(({ route, status, code }) => [route, status, code]).sort(), [
    ['/mcp', 200, null],
    ['/mcp', 200, 'invalid_request'],
    ['/mcp', 200, 'invalid_request'],
    ['/mcp', 200, 'invalid_request'],
    ['/mcp', 406, 'malformed_request'],
    ['/recall', 200, null],
  ])
})

test('a batch that was accepted whole is audited by the log alone', async (t) => {
  const { url, recorded } = await audited(t)
  t.is((await post(`${url}/remember/batch`, { items: [{ content: 'a' }] })).status, 200)
  await get(`${url}/namespaces`)
  await eventually(() => recorded.length === 1)
  t.is(recorded[0]?.action, 'list')
})

test('a refused credential is audited without a tenant, and not what it was', async (t) => {
  const authenticate = (): never => {
    throw new AuthenticationError('invalid_token', { code: 'unauthenticated', detail: 'no' })
  }
  const { url, recorded } = await audited(t, { authenticator: { authenticate } })
  await send('GET', `${url}/memories`, undefined, { authorization: 'Bearer canary-token' })
  await eventually(() => recorded.length === 1)
  t.like(recorded[0], { tenant: null, principal: null, action: 'list', route: '/memories', status: 401 })
  t.false(JSON.stringify(recorded).includes('canary'))
})

test('a refused credential that is certainly a tenant’s stands in that tenant’s audit, and its holder is told no more', async (t) => {
  let owner: CredentialOwner | null = { tenant: 'acme', principal: 'agent-7', credential: 'token:t-1' }
  const authenticate = (): never => {
    throw new AuthenticationError('revoked_token', { code: 'unauthenticated', detail: 'no' }, { owner })
  }
  const { url, recorded } = await audited(t, { authenticator: { authenticate } })
  const ask = () => send('GET', `${url}/memories`, undefined, { 'x-request-id': 'r-1' })
  const answer = await ask()
  await eventually(() => recorded.length === 1)
  t.like(recorded[0], { ...owner, action: 'list', status: 401, code: 'unauthenticated' })
  owner = null
  t.deepEqual((await ask()).body, answer.body)
})

test('probes, scrapes and paths that do not exist are nobody’s action', async (t) => {
  const { url, recorded } = await audited(t)
  for (const path of ['/live', '/health', '/metrics', '/nowhere', '/openapi.json']) await fetch(`${url}${path}`)
  await get(`${url}/namespaces`)
  await eventually(() => recorded.length === 1)
  t.is(recorded[0]?.route, '/namespaces')
})
