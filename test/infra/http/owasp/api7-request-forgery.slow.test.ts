import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test, { type ExecutionContext } from 'ava'
import { call } from '../support/call.ts'
import { startServer, TOKEN } from './support/start-server.ts'

// OWASP API Security Top 10 (2023), API7: Server Side Request Forgery. Keys that a token brings along are tested in
// jwt-verifier.slow.test.ts, redirects of an issuer in published-keys.slow.test.ts.

async function listener(t: ExecutionContext) {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(String(request.url))
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

test('no address in a request is ever called', async (t) => {
  const url = await startServer(t)
  const there = await listener(t)
  const authorization = `Bearer ${TOKEN}`
  const place = `${there.url}/latest/meta-data`
  const headers = {
    authorization,
    origin: there.url,
    referer: place,
    'x-forwarded-host': new URL(there.url).host,
    forwarded: `host=${new URL(there.url).host}`,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  }
  const memory = {
    content: `See ${place} and ![x](${place})`,
    metadata: { url: place, callback: place },
    tags: ['link'],
    author: place,
  }
  t.is((await call(`${url}/remember`, { body: memory, headers: { ...headers, prefer: 'wait=5' } })).status, 201)
  for (const [path, body] of [
    ['/recall', { query: place, explain: true }],
    ['/context', { query: place }],
    ['/plan', { goal: place }],
  ] as const) {
    t.is((await call(`${url}${path}`, { body, headers })).status, 200, path)
  }
  t.deepEqual(there.seen, [])
})
