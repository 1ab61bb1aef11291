import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import test, { type ExecutionContext } from 'ava'
import { apiTokenAuthenticator } from '../../../infra/http/auth/api-token.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { startEdge } from '../http/support/start-edge.ts'

const script = fileURLToPath(new URL('../../../scripts/somabrain.ts', import.meta.url))

/** An agent that starts the program as its tool. */
async function connect(t: ExecutionContext, environment: Record<string, string>, ...more: string[]): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', script, 'mcp', ...more],
    env: { PATH: process.env.PATH ?? '', ...environment },
    stderr: 'ignore',
  })
  t.teardown(() => client.close())
  await client.connect(transport)
  return client
}

interface ToolAnswer {
  readonly isError?: boolean
  readonly structuredContent: Record<string, unknown>
}
const use = async (client: Client, name: string, input: Record<string, unknown>): Promise<ToolAnswer> =>
  (await client.callTool({ name, arguments: input })) as unknown as ToolAnswer

test('the program speaks for the server that runs, with its token', async (t) => {
  const edge = await startEdge(t, { authenticator: apiTokenAuthenticator('a-token') })
  const client = await connect(t, { SOMABRAIN_URL: edge.url }, '--token', 'a-token')
  t.is((await client.listTools()).tools.length, 4)
  t.is((await use(client, 'remember', { content: 'x', idempotency_key: 'k1' })).structuredContent.status, 'accepted')
  t.is(edge.commands.lastCaller().idempotencyKey, 'k1')
  t.is(edge.commands.lastCaller().waitMs, 2000)
  const refused = await use(client, 'recall', { query: 'x', as_of: { valid: '2025-02-30T00:00:00Z' } })
  t.true(refused.isError)
  t.is(refused.structuredContent.field, 'as_of.valid')
})

test('a wrong token is a result that says so', async (t) => {
  const edge = await startEdge(t, { authenticator: apiTokenAuthenticator('a-token') })
  const client = await connect(t, { SOMABRAIN_URL: edge.url }, '--token', 'another')
  const refused = await use(client, 'recall', { query: 'x' })
  t.true(refused.isError)
  t.is(refused.structuredContent.code, 'unauthenticated')
})

test('without a server it opens the data directory, and keeps what it was told', async (t) => {
  const environment = { SOMABRAIN_DATA_DIR: temporaryFolder(t), SOMABRAIN_PORT: '1' }
  const first = await connect(t, environment)
  t.is((await use(first, 'remember', { content: 'Ana moved to Lisbon.' })).structuredContent.status, 'stored')
  await first.close()
  const second = await connect(t, environment)
  const [hit] = (await use(second, 'recall', { query: 'Ana' })).structuredContent.results as [Record<string, unknown>]
  t.is(hit.content, 'Ana moved to Lisbon.')
})

type Told = Readonly<Record<string, unknown>>

/** What the program answers to lines, behind which its input ends. */
async function answersTo(environment: Record<string, string>, lines: readonly string[]): Promise<readonly Told[]> {
  const args = ['--disable-warning=ExperimentalWarning', script, 'mcp']
  const env = { PATH: process.env.PATH ?? '', ...environment }
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'ignore'] })
  // The last one lacks its end.
  child.stdin.end(lines.join('\n'))
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told)
}

const request = (id: number, method: string, params: unknown) => JSON.stringify({ jsonrpc: '2.0', id, method, params })
const clientInfo = { name: 'test', version: '1' }
const INITIALIZE = request(1, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo })

test('a line that is no message, or asks for what its method does not take, is answered by the name of what is wrong', async (t) => {
  const edge = await startEdge(t)
  const lines = [
    '{"jsonrpc":',
    '[]',
    ' ',
    '{"jsonrpc":"1.0","id":2,"method":"ping"}',
    '{"jsonrpc":"2.0","method":"notifications/initialized","params":5}',
    request(3, 'tools/call', { name: 5 }),
    `"${'x'.repeat(1 << 20)}"`,
    request(4, 'ping', { task: { ttl: 1 } }),
    INITIALIZE,
  ]
  const answers = await answersTo({ SOMABRAIN_URL: edge.url }, lines)
  const told = answers.map(({ id, error }) => {
    const { code, data } = (error ?? {}) as { readonly code?: number; readonly data?: Told }
    return [id, code ?? null, data?.field ?? null]
  })
  t.deepEqual(told.slice(0, 5), [
    [null, -32700, 'line'],
    [null, -32600, 'method'],
    [null, -32600, 'jsonrpc'],
    [3, -32602, 'params.name'],
    [null, -32700, 'line'],
  ])
  t.deepEqual(told.slice(5).sort(), [
    [1, null, null],
    [4, null, null],
  ])
})

test('what was asked before the input ended is answered', async (t) => {
  const environment = { SOMABRAIN_DATA_DIR: temporaryFolder(t), SOMABRAIN_PORT: '1' }
  const call = (id: number, name: string, input: object) => request(id, 'tools/call', { name, arguments: input })
  const lines = [INITIALIZE, ...[2, 3, 4].map((id) => call(id, 'remember', { content: `note ${id}` }))]
  const answers = await answersTo(environment, lines)
  t.deepEqual(answers.map(({ id }) => id).sort(), [1, 2, 3, 4])
  const found = await answersTo(environment, [INITIALIZE, call(2, 'recall', { query: 'note' })])
  const { structuredContent } = found.find(({ id }) => id === 2)!.result as { readonly structuredContent: Told }
  t.is((structuredContent.results as readonly unknown[]).length, 3)
})
