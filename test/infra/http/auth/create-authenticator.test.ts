import test from 'ava'
import type { Identity } from '../../../../domain/identity.ts'
import { staticToken } from '../../../../infra/http/auth/api-token.ts'
import type { AuthFailureReason } from '../../../../infra/http/auth/auth-failure-reasons.ts'
import { AuthenticationError, type Authenticator } from '../../../../infra/http/auth/authenticator.ts'
import { createAuthenticator } from '../../../../infra/http/auth/create-authenticator.ts'
import { secretKeys } from '../../../../infra/http/auth/jwt/jwt-keys.ts'
import { createJwtVerifier } from '../../../../infra/http/auth/jwt/jwt-verifier.ts'
import { storedTokens } from '../../../../infra/http/auth/stored-tokens.ts'
import type { StoredToken } from '../../../../infra/tokens/token-store.ts'
import { drawToken, tokenHash } from '../../../../infra/tokens/token-text.ts'
import { storedToken } from '../../../contract/token-store.ts'
import { NOW, SECRET, withSecret } from './support/signed-tokens.ts'

const text = drawToken()
const kept = storedToken({ hash: tokenHash(text), createdAt: NOW, expiresAt: NOW + 1000 })

interface Options {
  readonly configured?: boolean
  readonly token?: StoredToken | Error
  readonly now?: number
}

/** Every kind of credential at once, or none of them. */
function authenticator({ configured = true, token = kept, now = NOW }: Options = {}): Authenticator {
  const clock = () => now
  const find = async (hash: Uint8Array): Promise<StoredToken | null> => {
    if (token instanceof Error) throw token
    return Buffer.compare(hash, token.hash) === 0 ? token : null
  }
  return createAuthenticator({
    required: configured,
    staticToken: configured ? staticToken('the-one-of-the-operator') : null,
    jwt: !configured
      ? null
      : createJwtVerifier({
          keys: [secretKeys(SECRET)],
          issuer: null,
          audience: null,
          clockSkewSeconds: 0,
          claims: { tenant: 'tenant_id', roles: 'roles', namespaces: 'namespaces' },
          now: clock,
        }),
    tokens: storedTokens({ find }, { now: clock, elapsedMs: () => 0, onFailure: () => undefined }),
  })
}

const ask = async (from: Authenticator, authorization?: string): Promise<Identity> =>
  from.authenticate({ host: 'localhost', ...(authorization === undefined ? {} : { authorization }) }, '127.0.0.1')

test('credentials of every kind are told apart and taken side by side', async (t) => {
  const all = authenticator()
  t.like(await ask(all, 'Bearer the-one-of-the-operator'), { tenant: 'default', credential: 'api-token' })
  t.like(await ask(all, `Bearer ${text}`), {
    tenant: 'acme',
    principal: 'agent-7',
    roles: ['reader', 'writer'],
    namespaces: ['notes', 'mail'],
    credential: `token:${kept.id}`,
  })
  t.like(await ask(all, `Bearer ${await withSecret()}`), { tenant: 'acme', credential: 'jwt' })
})

const refusals: ReadonlyArray<readonly [string, string | undefined, AuthFailureReason]> = [
  ['nothing', undefined, 'missing'],
  ['another scheme', 'Basic abc', 'scheme'],
  ['no token', 'Bearer ', 'scheme'],
  ['two tokens', 'Bearer a b', 'scheme'],
  ['another token', 'Bearer the-one-of-the-operato', 'invalid_token'],
  ['a token that was never made', `Bearer ${drawToken()}`, 'invalid_token'],
  ['a token with a wrong letter', `Bearer ${text.slice(0, -1)}!`, 'invalid_token'],
]
for (const [what, authorization, reason] of refusals) {
  test(`${what} is refused, and the reason is counted`, async (t) => {
    const error = await t.throwsAsync(ask(authenticator(), authorization), { instanceOf: AuthenticationError })
    t.is((error as AuthenticationError).reason, reason)
    t.is((error as AuthenticationError).status, 401)
  })
}

test('a token ends when it expires or is revoked', async (t) => {
  const reasonOf = async (options: Options): Promise<string> => {
    const error = await t.throwsAsync(ask(authenticator(options), `Bearer ${text}`), {
      instanceOf: AuthenticationError,
    })
    return (error as AuthenticationError).reason
  }
  t.is(await reasonOf({ now: NOW + 1000 }), 'expired_token')
  t.is(await reasonOf({ token: { ...kept, revokedAt: NOW - 1 } }), 'revoked_token')
  t.is(
    (await ask(authenticator({ token: { ...kept, expiresAt: null }, now: NOW * 2 }), `Bearer ${text}`)).tenant,
    'acme',
  )
})

test('a token of a tenant that is no longer good is refused as that tenant’s, and one that was never made as nobody’s', async (t) => {
  const ownerOf = async (options: Options, token = text) => {
    const error = await t.throwsAsync(ask(authenticator(options), `Bearer ${token}`))
    return (error as AuthenticationError).owner
  }
  const owner = { tenant: 'acme', principal: 'agent-7', credential: `token:${kept.id}` }
  t.like(await ownerOf({ now: NOW + 1000 }), owner)
  t.like(await ownerOf({ token: { ...kept, revokedAt: NOW - 1 } }), owner)
  t.is(await ownerOf({}, drawToken()), null)
  t.is(await ownerOf({ token: new Error('down') }), null)
})

test('a store that does not answer makes a token unverifiable, not wrong', async (t) => {
  const down = authenticator({ token: new Error('down') })
  const error = await t.throwsAsync(ask(down, `Bearer ${text}`), { instanceOf: AuthenticationError })
  t.like(error, { status: 503, reason: 'unverifiable', problem: { retryAfterSeconds: 5 } })
  t.like(await ask(down, 'Bearer the-one-of-the-operator'), { tenant: 'default' })
})

test('without credentials configured a token still says who asks, and a wrong one is no developer', async (t) => {
  const open = authenticator({ configured: false })
  t.like(await ask(open), { principal: 'development', credential: 'loopback' })
  t.like(await ask(open, `Bearer ${text}`), { tenant: 'acme' })
  await t.throwsAsync(ask(open, `Bearer ${drawToken()}`), { instanceOf: AuthenticationError })
})

test('with credentials configured nobody on this machine is served without one', async (t) => {
  await t.throwsAsync(ask(authenticator()), { message: /no Authorization header/ })
})
