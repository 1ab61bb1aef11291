import test from 'ava'
import { openEmbedded, TestClock } from '../../support/embedded.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { call } from '../http/support/call.ts'
import { startEdge } from '../http/support/start-edge.ts'

test('a start goes on where the day stood, and the next day begins anew', async (t) => {
  const dataDir = temporaryFolder(t)
  const clock = new TestClock(Date.UTC(2026, 10, 21, 12))
  const serve = async () => {
    const limits = { requests: null, memoriesPerDay: 4, namespaces: null }
    const embedded = await openEmbedded(t, dataDir, clock.now, { limits })
    const { commands, query } = embedded
    const edge = await startEdge(t, { commands, query, limit: embedded.tenantLimit! })
    const remember = async (content: string, namespace: string): Promise<number> =>
      (await call(`${edge.url}/remember`, { body: { content, namespace }, headers: { prefer: 'wait=5' } })).status
    return { embedded, remember }
  }
  const first = await serve()
  t.is(await first.remember('a', 'x'), 201)
  clock.advance(1000)
  t.is(await first.remember('b', 'y'), 201)
  t.is(await first.remember('c', 'y'), 201)
  await first.embedded.close()
  const second = await serve()
  t.is(await second.remember('d', 'x'), 201)
  t.is(await second.remember('e', 'x'), 429)
  clock.advance(86_400_000)
  t.is(await second.remember('f', 'x'), 201)
  await second.embedded.close()
  const third = await serve()
  for (const content of ['g', 'h', 'i']) t.is(await third.remember(content, 'x'), 201)
  t.is(await third.remember('j', 'x'), 429)
})

test('a tenant has as many namespaces as it may, and goes on in those that it has', async (t) => {
  const clock = new TestClock(Date.UTC(2026, 10, 21, 12))
  const limits = { requests: null, memoriesPerDay: null, namespaces: 2 }
  const embedded = await openEmbedded(t, temporaryFolder(t), clock.now, { limits })
  const { commands, query } = embedded
  const edge = await startEdge(t, { commands, query, limitNamespaces: embedded.namespaceLimit! })
  const headers = { prefer: 'wait=5' }
  const remember = (namespace: string) => call(`${edge.url}/remember`, { body: { content: 'a', namespace }, headers })
  t.is((await remember('x')).status, 201)
  t.is((await remember('y')).status, 201)
  const refused = await remember('z')
  t.is(refused.status, 403)
  t.like(refused.json, { code: 'too_many_namespaces', field: 'namespace' })
  t.regex(String(refused.json.expected), /at most 2/)
  const items = [{ content: 'b' }]
  t.is((await call(`${edge.url}/remember/batch`, { body: { items, namespace: 'z' } })).status, 403)
  t.is((await call(`${edge.url}/namespaces/z`, { method: 'PUT', body: { language: 'en' } })).status, 403)
  t.is((await remember('x')).status, 201)
  t.is((await call(`${edge.url}/recall`, { body: { query: 'a', namespace: 'z' } })).status, 200)
})
