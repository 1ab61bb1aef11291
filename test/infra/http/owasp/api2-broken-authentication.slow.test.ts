import test from 'ava'
import { drawToken } from '../../../../infra/tokens/token-text.ts'
import { inSeconds, SECRET, withSecret } from '../auth/support/signed-tokens.ts'
import { routesOf } from './support/routes-of.ts'
import { startServer, TOKEN } from './support/start-server.ts'

// OWASP API Security Top 10 (2023), API2: Broken Authentication.

test('every route but the open ones wants a credential, before it looks at the request', async (t) => {
  const url = await startServer(t)
  const routes = await routesOf(url)
  t.true(routes.length > 40)
  for (const { method, path, isOpen } of routes) {
    // No body that could be valid: who is not known is not told what would be.
    const body = method === 'GET' || method === 'HEAD' || method === 'DELETE' ? undefined : '{'
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${url}${path}`, { method, headers, body: body ?? null })
    if (isOpen) {
      t.true(response.status < 500 && response.status !== 401, `${method} ${path}`)
    } else {
      t.is(response.status, 401, `${method} ${path}`)
      t.is(response.headers.get('www-authenticate'), 'Bearer realm="somabrain"', path)
    }
    await response.arrayBuffer()
  }
})

test('what is open is health, probes and documentation', async (t) => {
  const url = await startServer(t)
  const open = (await routesOf(url)).filter(({ isOpen, path }) => isOpen && !path.startsWith('/v1'))
  const names = [...new Set(open.map(({ path }) => path))].toSorted()
  t.deepEqual(
    names.filter((path) => !path.startsWith('/receipts/')),
    ['/health', '/live', '/ready', '/startup'],
  )
})

test('a credential counts in its header only, and every wrong one is answered alike', async (t) => {
  const url = await startServer(t, { SOMABRAIN_JWT_SECRET: SECRET })
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}${path}`, { headers })
    const { instance: _instance, detail: _detail, ...body } = (await response.json()) as Record<string, unknown>
    return { status: response.status, body: JSON.stringify(body) }
  }
  t.is((await ask('/namespaces', { authorization: `Bearer ${TOKEN}` })).status, 200)
  for (const query of ['access_token', 'token', 'api_key', 'authorization']) {
    t.is((await ask(`/namespaces?${query}=${TOKEN}`)).status, 401, query)
  }
  for (const name of ['cookie', 'x-api-key', 'proxy-authorization', 'x-authorization']) {
    t.is((await ask('/namespaces', { [name]: TOKEN })).status, 401, name)
  }
  const expired = await withSecret({ exp: inSeconds(-100_000_000) })
  const wrong = [`${TOKEN}x`, 'x', drawToken(), 'a.b.c', expired, `${expired.slice(0, -2)}xx`]
  const answers = await Promise.all(wrong.map((token) => ask('/namespaces', { authorization: `Bearer ${token}` })))
  t.is(new Set(answers.map(({ body }) => body)).size, 1)
  for (const { status } of answers) t.is(status, 401)
})
