import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import test, { type ExecutionContext } from 'ava'
import type { HttpServerDeps } from '../../../infra/http/http-server-deps.ts'
import { openEmbedded } from '../../support/embedded.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { call } from '../http/support/call.ts'
import { MEMORY_ID } from '../http/support/doubles.ts'
import { startEdge } from '../http/support/start-edge.ts'

async function connect(t: ExecutionContext, url: string, headers: Record<string, string> = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }))
  t.teardown(() => client.close())
  return client
}

const accept = 'application/json, text/event-stream'

/** A whole memory behind the edge. */
async function startMemory(t: ExecutionContext, over: Partial<HttpServerDeps> = {}) {
  const { commands, query } = await openEmbedded(t, await temporaryFolder(t))
  return startEdge(t, { commands, query, ...over })
}

interface ToolAnswer {
  readonly isError?: boolean
  readonly content: readonly { readonly text: string }[]
  readonly structuredContent: Record<string, unknown>
}

const use = async (client: Client, name: string, input: Record<string, unknown>): Promise<ToolAnswer> =>
  (await client.callTool({ name, arguments: input })) as unknown as ToolAnswer

test('an agent remembers, recalls, gets a context, and forgets', async (t) => {
  const client = await connect(t, (await startMemory(t)).url)
  const remembered = await use(client, 'remember', { content: 'Ana moved to Lisbon in March.', author: 'Ana' })
  t.is(remembered.structuredContent.status, 'stored')
  const id = remembered.structuredContent.memory_id
  const recalled = await use(client, 'recall', { query: 'Where does Ana live?' })
  const [hit] = recalled.structuredContent.results as [Record<string, unknown>]
  t.is(hit.memory_id, id)
  t.deepEqual(Object.keys(hit).sort(), ['author', 'content', 'memory_id', 'occurred_at', 'run_id', 'score', 'tags'])
  const context = await use(client, 'context', { query: 'Where does Ana live?', token_budget: 200 })
  t.regex(context.content[0]!.text, /^\[1\] \d{4}-\d\d-\d\d "Ana": "Ana moved to Lisbon in March\."$/m)
  t.is((await use(client, 'forget', { memory_id: id })).structuredContent.count, 1)
  t.is((await use(client, 'context', { query: 'Ana' })).content[0]!.text, 'Nothing in memory bears on it.')
})

test('the tools are listed with the schemas of their routes', async (t) => {
  const { tools } = await (await connect(t, (await startEdge(t)).url)).listTools()
  t.deepEqual(
    tools.map(({ name }) => name),
    ['remember', 'recall', 'context', 'forget'],
  )
  const [remember] = tools
  t.deepEqual(remember!.inputSchema.required, ['content'])
  t.is((remember!.inputSchema.properties!.content as { maxLength: number }).maxLength, 50_000)
})

test('a process offers the tools of its side', async (t) => {
  const client = await connect(t, (await startEdge(t, { commands: null })).url)
  t.deepEqual(
    (await client.listTools()).tools.map(({ name }) => name),
    ['recall', 'context'],
  )
  await t.throwsAsync(use(client, 'remember', { content: 'x' }), {
    message: /no tool remember; expected one of: recall/,
  })
})

test('a bad argument is a result that names the field and what would be valid', async (t) => {
  const client = await connect(t, (await startEdge(t)).url)
  const answer = await use(client, 'recall', { query: 'x', k: 101 })
  t.true(answer.isError)
  t.is(answer.structuredContent.code, 'invalid_request')
  t.is(answer.structuredContent.field, 'k')
  t.regex(answer.content[0]!.text, /expected: a whole number from 1 to 100/)
  const unknown = await use(client, 'forget', { memory_id: MEMORY_ID, mode: 'erase' })
  t.is(unknown.structuredContent.field, 'mode')
})

test('what the route refuses is refused with its code', async (t) => {
  const client = await connect(t, (await startEdge(t)).url)
  const answer = await use(client, 'remember', { content: 'x', occurred_at: '2025-02-30T00:00:00Z' })
  t.true(answer.isError)
  t.is(answer.structuredContent.field, 'occurred_at')
})

test('a tool acts with the credential of the call, its key for retries, and leave to wait', async (t) => {
  const asked: string[] = []
  const edge = await startEdge(t, {
    authenticator: {
      authenticate({ authorization }) {
        asked.push(String(authorization))
        return { tenant: 'acme', principal: 'agent', roles: ['writer'], namespaces: ['a'] }
      },
    },
  })
  const client = await connect(t, edge.url, { authorization: 'Bearer secret' })
  await use(client, 'remember', { content: 'x', namespace: 'a', idempotency_key: 'k1' })
  t.true(asked.every((one) => one === 'Bearer secret'))
  const { identity, idempotencyKey, waitMs } = edge.commands.lastCaller()
  t.is(identity.tenant, 'acme')
  t.is(idempotencyKey, 'k1')
  t.is(waitMs, 2000)
  const foreign = await use(client, 'remember', { content: 'x', namespace: 'b' })
  t.is(foreign.structuredContent.code, 'forbidden')
})

test('what writes takes a key for retries, as its argument or as the header of its call', async (t) => {
  const { url, commands } = await startEdge(t)
  const headers = { accept, 'idempotency-key': 'of-the-header' }
  for (const [tool, input] of [
    ['remember', { content: 'x' }],
    ['forget', { memory_id: MEMORY_ID }],
  ] as const) {
    await call(`${url}/mcp`, { body: callOf(tool, { ...input, idempotency_key: 'own' }), headers })
    t.is(commands.lastCaller().idempotencyKey, 'own')
    await call(`${url}/mcp`, { body: callOf(tool, input), headers })
    t.is(commands.lastCaller().idempotencyKey, 'of-the-header')
  }
  const calls = commands.calls.length
  const batch = [callOf('remember', { content: 'x' }), callOf('remember', { content: 'y' })]
  const refused = await call(`${url}/mcp`, { body: batch, headers })
  t.is(refused.status, 400)
  t.is(refused.json.field, 'Idempotency-Key')
  t.is(commands.calls.length, calls)
})

test('a call of a tool counts once against the limits, and so does a listing', async (t) => {
  let requests = 0
  const limit: NonNullable<HttpServerDeps['limit']> = (_identity, cost) => {
    if (cost.of === 'requests') requests += 1
    return { granted: 1, quotas: [], retryAfterSeconds: 0 }
  }
  const client = await connect(t, (await startEdge(t, { limit })).url)
  const before = requests
  await use(client, 'recall', { query: 'x' })
  t.is(requests, before + 1)
  await client.listTools()
  t.is(requests, before + 2)
})

const callOf = (name: unknown, input: unknown = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name, arguments: input },
})

test('whatever is sent counts once, also what comes to no route, and each message of a batch', async (t) => {
  let requests = 0
  const limit: NonNullable<HttpServerDeps['limit']> = (_identity, cost) => {
    if (cost.of === 'requests') requests += 1
    return { granted: requests < 100 ? 1 : 0, quotas: [], retryAfterSeconds: 1 }
  }
  const { url } = await startEdge(t, { limit })
  const counted = async (raw: string): Promise<number> => {
    const before = requests
    await call(`${url}/mcp`, { raw, headers: { accept, 'content-type': 'application/json' } })
    return requests - before
  }
  const good = callOf('recall', { query: 'x' })
  for (const body of [good, callOf('x'), callOf('recall', { k: 101 }), callOf(5), { ...good, method: 'x' }, {}, 'x']) {
    t.is(await counted(JSON.stringify(body)), 1, JSON.stringify(body))
  }
  t.is(await counted('no JSON'), 1)
  t.is(await counted(JSON.stringify([good, callOf('x'), good])), 3)
  requests = 1000
  const refused = await call(`${url}/mcp`, { body: callOf('x'), headers: { accept } })
  t.is(refused.status, 429)
  t.is(refused.headers.get('retry-after'), '1')
})

test('no credential is no session', async (t) => {
  const edge = await startEdge(t, {
    authenticator: {
      authenticate() {
        throw new Error('never valid')
      },
    },
  })
  await t.throwsAsync(connect(t, edge.url))
})

test('a call is counted where its tool leads, with the status of its answer', async (t) => {
  const edge = await startEdge(t)
  const client = await connect(t, edge.url)
  await use(client, 'recall', { query: 'x' })
  const metrics = await edge.metrics.registry.metrics()
  t.regex(metrics, /somabrain_requests_total\{method="POST",endpoint="\/recall",status="200"\} 1/)
  t.regex(metrics, /somabrain_memory_operations_total\{operation="recall",outcome="success"\} 1/)
})

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }

test('a page of another site is refused, the page of this server and programs are not', async (t) => {
  const authenticator = { authenticate: () => ({ tenant: 'acme', principal: 'p', roles: [], namespaces: null }) }
  const { url } = await startEdge(t, { authenticator })
  const answer = await call(`${url}/mcp`, { body: ping, headers: { accept, origin: 'https://evil.example' } })
  t.is(answer.status, 403)
  t.is(answer.json.field, 'Origin')
  t.is((await call(`${url}/mcp`, { body: ping, headers: { accept, origin: url } })).status, 200)
  t.is((await call(`${url}/mcp`, { body: ping, headers: { accept } })).status, 200)
})

test('there is no stream to open and no session to end', async (t) => {
  const { url } = await startEdge(t)
  for (const method of ['GET', 'DELETE']) {
    const answer = await call(`${url}/mcp`, { method, headers: { accept } })
    t.is(answer.status, 405)
    t.is(answer.headers.get('allow'), 'POST')
  }
})

const INITIALIZE = { jsonrpc: '2.0', id: 1, method: 'initialize' }

const NOT_TAKEN = [
  [{}, 400, -32600, 'method'],
  ['x', 400, -32600, 'method'],
  [null, 400, -32600, 'method'],
  [{ jsonrpc: '2.0', id: 1, result: 3 }, 400, -32600, 'method'],
  [[{ jsonrpc: '2.0' }], 400, -32600, '[0].method'],
  [{ jsonrpc: '2.0', id: 1, method: 5 }, 400, -32600, 'method'],
  [{ ...ping, jsonrpc: '1.0' }, 400, -32600, 'jsonrpc'],
  [{ ...ping, id: null }, 400, -32600, 'id'],
  [{ ...ping, parms: {} }, 400, -32600, 'parms'],
  [{ ...ping, params: [] }, 200, -32602, 'params'],
  [{ ...ping, params: { _meta: { progressToken: {} } } }, 200, -32602, 'params._meta.progressToken'],
  [{ jsonrpc: '2.0', method: 'notifications/initialized', params: 5 }, 400, -32602, 'params'],
  [INITIALIZE, 200, -32602, 'params'],
  [
    { ...INITIALIZE, params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: {} } },
    200,
    -32602,
    'params.clientInfo.name',
  ],
  [{ ...ping, method: 'tools/call' }, 200, -32602, 'params'],
  [callOf(5), 200, -32602, 'params.name'],
  [callOf('recall', 'x'), 200, -32602, 'params.arguments'],
  [[ping, callOf(5)], 400, -32602, '[1].params.name'],
] as const

test('what is no message of the protocol is refused by the name of what is wrong with it', async (t) => {
  const { url } = await startEdge(t)
  for (const [body, status, code, field] of NOT_TAKEN) {
    const sent = JSON.stringify(body)
    const answer = await call(`${url}/mcp`, { body, headers: { accept } })
    t.is(answer.status, status, sent)
    const error = answer.json.error as { code: number; message: string; data: { field: string; expected: string } }
    t.is(error.code, code, sent)
    t.is(error.data.field, field, sent)
    t.is(error.message, `${field} is not valid; expected: ${error.data.expected}`)
    t.regex(error.data.expected, /^[\w"][\w". -]+$/, sent)
    t.is(answer.json.id, status === 200 ? 1 : null, sent)
  }
})

test('who does not take the answers that there are is told so', async (t) => {
  const { url } = await startEdge(t)
  t.is((await call(`${url}/mcp`, { body: ping })).status, 406)
})
