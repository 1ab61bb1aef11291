import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import test, { type ExecutionContext } from 'ava'
import { AuthenticationError } from '../../../../infra/http/auth/authenticator.ts'
import { credentialDigest } from '../../../../infra/http/auth/credential-digest.ts'
import { createJwtVerifier } from '../../../../infra/http/auth/jwt/jwt-verifier.ts'
import { type PublishedKeysTiming, publishedKeys } from '../../../../infra/http/auth/jwt/published-keys.ts'
import { eventually } from '../../../support/eventually.ts'
import { type IssuerServer, startIssuer } from './support/issuer-server.ts'
import { type IssuerKey, inSeconds, issuerKey, NOW, signed, signedBy } from './support/signed-tokens.ts'

const [first, second, third] = (await Promise.all(['1', '2', '3'].map((kid) => issuerKey('ES256', kid)))) as [
  IssuerKey,
  IssuerKey,
  IssuerKey,
]
const LONG = { exp: inSeconds(7 * 86_400) }
const MINUTE = 60_000
const HOUR = 60 * MINUTE

interface World {
  readonly issuer: IssuerServer
  readonly failures: Error[]
  verify(key: IssuerKey): Promise<string>
  /** `401 unknown_key`, or what else it came to. */
  refusal(token: Promise<string>): Promise<string>
  pass(milliseconds: number): void
}

async function world(t: ExecutionContext, timing: Partial<PublishedKeysTiming> = {}): Promise<World> {
  const issuer = await startIssuer(t)
  const failures: Error[] = []
  let now = NOW
  let serial = 0
  const keys = publishedKeys({
    url: issuer.url,
    now: () => now,
    onFetchFailure: (error) => failures.push(error),
    timing,
  })
  const verifier = createJwtVerifier({
    keys: [keys],
    issuer: null,
    audience: null,
    clockSkewSeconds: 0,
    claims: { tenant: 'tenant_id', roles: 'roles', namespaces: 'namespaces' },
    now: () => now,
  })
  const ask = async (token: string) => (await verifier.verify(token, credentialDigest(token))).principal
  return {
    issuer,
    failures,
    // A token of its own each time, so that none is remembered.
    verify: async (key) => ask(await signedBy(key, { ...LONG, jti: String(serial++) })),
    refusal: async (token) => {
      const error = await t.throwsAsync(ask(await token), { instanceOf: AuthenticationError })
      const { status, reason } = error as AuthenticationError
      return `${status} ${reason}`
    },
    pass(milliseconds) {
      now += milliseconds
    },
  }
}

test('keys are fetched once and used for every token', async (t) => {
  const { issuer, verify } = await world(t)
  issuer.publish(first, second)
  t.deepEqual(await Promise.all([verify(first), verify(second), verify(first)]), ['agent-7', 'agent-7', 'agent-7'])
  await verify(second)
  t.is(issuer.asked(), 1)
})

test('a key that is new is fetched when a token names it, but not at anyone’s will', async (t) => {
  const { issuer, verify, refusal, pass } = await world(t)
  issuer.publish(first)
  await verify(first)
  issuer.publish(first, second)
  t.is(await refusal(signedBy(second, LONG)), '401 unknown_key')
  t.is(issuer.asked(), 1, 'asked a moment ago')
  pass(30_000)
  t.is(await verify(second), 'agent-7')
  for (let i = 0; i < 20; i++) t.is(await refusal(signedBy(third, LONG)), '401 unknown_key')
  t.is(issuer.asked(), 2)
})

test('a key that was withdrawn is not believed once the keys are refreshed', async (t) => {
  const { issuer, verify, refusal, pass } = await world(t)
  issuer.publish(first, second)
  await verify(first)
  issuer.publish(second)
  pass(5 * MINUTE + 1)
  t.is(await verify(second), 'agent-7', 'goes on with what is known')
  await eventually(() => assert.equal(issuer.asked(), 2))
  await eventually(() => assert.rejects(verify(first), /does not publish/))
  t.is(await refusal(signedBy(first, LONG)), '401 unknown_key')
})

test('while the issuer does not answer, known keys go on, and unknown ones are unverifiable, not wrong', async (t) => {
  const { issuer, failures, verify, refusal, pass } = await world(t)
  issuer.publish(first)
  await verify(first)
  issuer.answerWith((response) => response.destroy())
  pass(23 * HOUR)
  t.is(await verify(first), 'agent-7')
  t.is(await refusal(signedBy(second, LONG)), '503 unverifiable')
  t.true(failures.length > 0)
  const asked = issuer.asked()
  for (let i = 0; i < 20; i++) t.is(await refusal(signedBy(second, LONG)), '503 unverifiable')
  t.is(issuer.asked(), asked, 'left alone for a while')
  pass(6_000)
  issuer.publish(first, second)
  t.is(await verify(second), 'agent-7')
})

test('keys that could not be refreshed for a day are believed no more', async (t) => {
  const { issuer, verify, refusal, pass } = await world(t)
  issuer.publish(first)
  await verify(first)
  issuer.answerWith((response) => void response.writeHead(500).end())
  pass(24 * HOUR + 1)
  t.is(await refusal(signedBy(first, LONG)), '503 unverifiable')
})

const huge = (response: ServerResponse): void => {
  response.write('{"keys":[],"more":"')
  for (let i = 0; i < 40; i++) response.write('x'.repeat(10_000))
  response.end('"}')
}
const bad: ReadonlyArray<readonly [string, (response: ServerResponse) => void]> = [
  ['refuses', (response) => void response.writeHead(503).end()],
  ['redirects', (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
  ['says nothing', () => undefined],
  ['answers with HTML', (response) => void response.end('<html>')],
  ['answers with other JSON', (response) => void response.end('{"keys":"none"}')],
  ['never stops', huge],
  ['breaks off', (response) => void response.writeHead(200, { 'content-length': 100 }).end('{"keys"')],
]
for (const [what, answer] of bad) {
  test(`an issuer that ${what} makes tokens unverifiable, and is told of`, async (t) => {
    const { issuer, failures, verify, refusal, pass } = await world(
      t,
      what === 'says nothing' ? { timeoutMs: 1_000 } : {},
    )
    issuer.answerWith(answer)
    t.is(await refusal(signedBy(first, LONG)), '503 unverifiable')
    t.is(failures.length, 1)
    issuer.publish(first)
    pass(5_001)
    t.is(await verify(first), 'agent-7')
  })
}

test('a published secret is no key', async (t) => {
  const { issuer, refusal } = await world(t)
  const secret = new TextEncoder().encode('a secret that was published by mistake')
  const jwk = { kty: 'oct', kid: 's', k: Buffer.from(secret).toString('base64url') }
  issuer.answerWith((response) => void response.end(JSON.stringify({ keys: [jwk] })))
  t.is(await refusal(signed(secret, { alg: 'HS256', kid: 's' }, LONG)), '401 algorithm')
})

test('without a key id a token must leave no choice', async (t) => {
  const { issuer, refusal } = await world(t)
  issuer.publish(first, second)
  t.is(await refusal(signed(first.privateKey, { alg: 'ES256' }, LONG)), '401 unknown_key')
})
