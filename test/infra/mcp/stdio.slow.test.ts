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
