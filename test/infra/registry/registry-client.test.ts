import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { type ExecutionContext } from 'ava'
import { createRegistryClient } from '../../../infra/registry/registry-client.ts'
import { RegistryRefusedError, RegistryUnavailableError } from '../../../infra/registry/registry-errors.ts'

const SHORT_MS = 200
const LONG_MS = 10_000
const schema = { type: 'record', name: 'Note', fields: [] }

/** A client of a registry that answers as `listener` does, and how often it was asked. */
async function clientOf(t: ExecutionContext, listener: RequestListener, credentials = '', timeoutMs = LONG_MS) {
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const registry = createRegistryClient({ url: `http://${credentials}127.0.0.1:${port}/api/`, timeoutMs })
  t.teardown(() => {
    registry.close()
    server.closeAllConnections()
    server.close()
  })
  return { registry, requests: () => requests }
}

const silent: RequestListener = () => {}

test('a registry that takes a request and never answers it is given up, reading and writing', async (t) => {
  const { registry } = await clientOf(t, silent, '', SHORT_MS)
  await t.throwsAsync(registry.subjects(), { instanceOf: RegistryUnavailableError, message: /no answer within 150 ms/ })
  await t.throwsAsync(registry.idOf('a', schema), { instanceOf: RegistryUnavailableError })
  await t.throwsAsync(registry.register('a', schema), { instanceOf: RegistryUnavailableError })
})

test('a request that is lost is sent once more', async (t) => {
  const seen = new Map<string, number>()
  const { registry } = await clientOf(
    t,
    (request, response) => {
      const asked = `${request.method} ${request.url}`
      const times = (seen.get(asked) ?? 0) + 1
      seen.set(asked, times)
      const level = '{"compatibilityLevel":"FULL_TRANSITIVE"}'
      if (times > 1) response.writeHead(200).end(request.method === 'GET' ? level : '{"id":7}')
    },
    '',
    1_000,
  )
  t.is(await registry.compatibilityOf('a'), 'FULL_TRANSITIVE')
  t.is(await registry.idOf('a', schema), 7)
  seen.set('GET /api/config/b', 1)
  t.is(await registry.register('b', schema), 7, 'its level set, looked at by the library, then itself')
  t.true([...seen.values()].every((times) => times === 2 || times === 3))
})

test('what is slow gets most of the time, reading and writing', async (t) => {
  const { registry } = await clientOf(
    t,
    (_, response) => setTimeout(() => response.writeHead(200).end('{"id":7}'), 600),
    '',
    2_000,
  )
  t.is(await registry.idOf('a', schema), 7, 'longer than the first try')
  t.deepEqual(await registry.compatibilityOf('a'), null)
})

test('a registry that nobody runs is named with what happened', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const registry = createRegistryClient({ url: `http://127.0.0.1:${port}/apis`, timeoutMs: LONG_MS })
  t.teardown(() => registry.close())
  const refused = new RegExp(`127\\.0\\.0\\.1:${port}/apis cannot be reached: .*ECONNREFUSED`)
  await t.throwsAsync(registry.subjects(), { instanceOf: RegistryUnavailableError, message: refused })
  await t.throwsAsync(registry.idOf('a', schema), { instanceOf: RegistryUnavailableError })
})

test('after several failures the registry is left alone, and a call fails without asking', async (t) => {
  const { registry, requests } = await clientOf(t, (_, response) => response.writeHead(500).end('{}'))
  for (let i = 0; i < 5; i++) await t.throwsAsync(registry.subjects(), { instanceOf: RegistryUnavailableError })
  const asked = requests()
  await t.throwsAsync(registry.subjects(), { instanceOf: RegistryUnavailableError, message: /left alone/ })
  t.is(requests(), asked)
})

test('refusals and things that are not there are answers, however many', async (t) => {
  const { registry } = await clientOf(t, (request, response) => {
    const isConfig = request.url?.includes('/config/') ?? false
    response.writeHead(isConfig ? 422 : 404).end('{"error_code":42203,"message":"Invalid level"}')
  })
  for (let i = 0; i < 10; i++) {
    t.deepEqual(await registry.versions('a'), [])
    t.is(await registry.idOf('a', schema), null)
    await t.throwsAsync(registry.register('a', schema), { instanceOf: RegistryRefusedError, message: 'Invalid level' })
  }
})

test('credentials of the address go into a header and into no message', async (t) => {
  const seen: Array<string | undefined> = []
  const { registry } = await clientOf(
    t,
    (request, response) => {
      seen.push(request.headers.authorization)
      response.writeHead(200).end(request.method === 'GET' ? '[]' : '{"id":7}')
    },
    'ana:p%40ss@',
  )
  await registry.subjects()
  t.is(await registry.idOf('a', schema), 7)
  const basic = `Basic ${Buffer.from('ana:p@ss').toString('base64')}`
  t.deepEqual(seen, [basic, basic])
  t.false(registry.url.includes('ana'))
  t.false(registry.url.endsWith('/'))
})
