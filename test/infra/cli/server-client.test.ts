import test from 'ava'
import { createServerClient } from '../../../infra/cli/server-client.ts'
import { ServerProblemError, UnreachableError } from '../../../infra/cli/server-error.ts'
import { scriptedServer } from './scripted-server.ts'

const client = (url: string, token: string | null = null) => createServerClient({ url, token, timeoutMs: 5_000 })

test('the token goes with every request, and no header without one', async (t) => {
  const server = await scriptedServer(t, () => ({ body: {} }))
  await client(server.url, 'secret').get('/namespaces')
  await client(`${server.url}/`).post('/recall', { query: 'x' })
  t.deepEqual(
    server.asked.map(({ method, path, authorization }) => [method, path, authorization]),
    [
      ['GET', '/namespaces', 'Bearer secret'],
      ['POST', '/recall', undefined],
    ],
  )
})

test('a refusal says what is wrong, where, and what would be valid', async (t) => {
  const body = { code: 'invalid_request', title: 'T', detail: 'k is 0', field: 'k', expected: '1 to 100' }
  const server = await scriptedServer(t, () => ({ status: 400, body }))
  const error = await t.throwsAsync(client(server.url).post('/recall', {}), { instanceOf: ServerProblemError })
  t.is(error?.message, 'k is 0; field k; expected: 1 to 100 (invalid_request)')
  t.is(error?.status, 400)
})

test('an answer that is no JSON is a problem, not an answer', async (t) => {
  const server = await scriptedServer(t, () => ({ body: '<html>' }))
  await t.throwsAsync(client(server.url).get('/namespaces'), { instanceOf: ServerProblemError })
})

test('Retry-After comes with the error', async (t) => {
  const server = await scriptedServer(t, () => ({ status: 429, headers: { 'retry-after': '7' }, body: { code: 'x' } }))
  const error = await t.throwsAsync(client(server.url).get('/'), { instanceOf: ServerProblemError })
  t.is(error?.retryAfterSeconds, 7)
})

test('a degraded health report is read, though it comes with a 503', async (t) => {
  const server = await scriptedServer(t, () => ({ status: 503, body: { status: 'degraded' } }))
  t.deepEqual(await client(server.url).health(), { status: 'degraded' })
})

test('where nobody listens is told apart from a refusal', async (t) => {
  await t.throwsAsync(client('http://127.0.0.1:9').get('/'), { instanceOf: UnreachableError })
})
