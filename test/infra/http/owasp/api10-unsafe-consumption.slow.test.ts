import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import test from 'ava'
import { inSeconds, issuerKey, signedBy } from '../auth/support/signed-tokens.ts'
import { startServer } from './support/start-server.ts'

// OWASP API Security Top 10 (2023), API10: Unsafe Consumption of APIs. What this server asks others for: an issuer's keys
// (here and in published-keys.slow.test.ts), the schema registry (registry-client.test.ts) and a policy engine (test/infra/opa).

test('an issuer that misbehaves costs its own tokens an answer, and nobody else anything', async (t) => {
  const key = await issuerKey('ES256', 'k')
  const inside = createServer((_request, response) => response.end(JSON.stringify({ keys: [key.jwk] })))
  inside.listen(0, '127.0.0.1')
  await once(inside, 'listening')
  let redirected = 0
  inside.on('request', () => {
    redirected += 1
  })
  const insideUrl = `http://127.0.0.1:${(inside.address() as AddressInfo).port}/`
  const issuer = createServer((_request, response) => {
    response.writeHead(302, { location: insideUrl }).end('C4N4RY')
  })
  issuer.listen(0, '127.0.0.1')
  await once(issuer, 'listening')
  t.teardown(() => {
    for (const server of [inside, issuer]) {
      server.closeAllConnections()
      server.close()
    }
  })
  const url = await startServer(t, {
    SOMABRAIN_JWKS_URL: `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/jwks`,
  })
  const token = await signedBy(key, { exp: inSeconds(10 * 365 * 86_400) })
  const response = await fetch(`${url}/namespaces`, { headers: { authorization: `Bearer ${token}` } })
  const text = await response.text()
  t.is(response.status, 503, text)
  t.is(JSON.parse(text).code, 'credentials_unverifiable')
  t.is(response.headers.get('retry-after'), '5')
  t.false(/C4N4RY|127\.0\.0\.1/.test(text), 'nor where the issuer is')
  t.is(redirected, 0, 'the redirect was not followed')
  t.is((await fetch(`${url}/live`)).status, 200)
})
