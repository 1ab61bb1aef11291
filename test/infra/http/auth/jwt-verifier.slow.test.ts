import { createHmac } from 'node:crypto'
import test, { type ExecutionContext } from 'ava'
import type { JWTPayload } from 'jose'
import type { AuthFailureReason } from '../../../../infra/http/auth/auth-failure-reasons.ts'
import { AuthenticationError } from '../../../../infra/http/auth/authenticator.ts'
import { credentialDigest } from '../../../../infra/http/auth/credential-digest.ts'
import { secretKeys } from '../../../../infra/http/auth/jwt/jwt-keys.ts'
import {
  createJwtVerifier,
  type JwtVerifier,
  type JwtVerifierOptions,
} from '../../../../infra/http/auth/jwt/jwt-verifier.ts'
import { fixedKeys, parsePublicKeys } from '../../../../infra/http/auth/jwt/public-keys.ts'
import { inSeconds, issuerKey, NOW, SECRET, signed, signedBy, withSecret } from './support/signed-tokens.ts'

const verifierOf = (more: Partial<JwtVerifierOptions> = {}): JwtVerifier =>
  createJwtVerifier({
    keys: [secretKeys(SECRET)],
    issuer: null,
    audience: null,
    clockSkewSeconds: 30,
    claims: { tenant: 'tenant_id', roles: 'roles', namespaces: 'namespaces' },
    now: () => NOW,
    ...more,
  })

const verify = async (verifier: JwtVerifier, token: string) => verifier.verify(token, credentialDigest(token))

async function refused(t: ExecutionContext, verifier: JwtVerifier, token: string, reason: AuthFailureReason) {
  const error = await t.throwsAsync(verify(verifier, token), { instanceOf: AuthenticationError }, reason)
  t.is((error as AuthenticationError).reason, reason)
  t.is((error as AuthenticationError).status, 401)
}

test('a token that is signed with the secret says who asks', async (t) => {
  t.deepEqual(await verify(verifierOf(), await withSecret({ jti: 'j-1' })), {
    tenant: 'acme',
    principal: 'agent-7',
    roles: ['reader', 'writer'],
    namespaces: ['notes'],
    credential: 'jwt:j-1',
  })
})

const claims: ReadonlyArray<readonly [string, JWTPayload, AuthFailureReason]> = [
  ['has expired', { exp: inSeconds(-31) }, 'expired'],
  ['never expires', { exp: undefined }, 'claims'],
  ['expires at no number', { exp: 'tomorrow' as never }, 'claims'],
  ['is not valid yet', { nbf: inSeconds(31) }, 'not_yet_valid'],
  ['is of another issuer', { iss: 'https://evil.example' }, 'issuer'],
  ['is of no issuer', { iss: undefined }, 'issuer'],
  ['is for another audience', { aud: 'billing' }, 'audience'],
  ['is for no audience', { aud: undefined }, 'audience'],
  ['names no principal', { sub: undefined }, 'claims'],
  ['names no tenant', { tenant_id: undefined }, 'claims'],
]
for (const [what, own, reason] of claims) {
  test(`a token that ${what} is refused`, async (t) => {
    const verifier = verifierOf({ issuer: 'https://id.example', audience: 'somabrain' })
    const right = { iss: 'https://id.example', aud: ['other', 'somabrain'] }
    t.is((await verify(verifier, await withSecret(right))).tenant, 'acme')
    await refused(t, verifier, await withSecret({ ...right, ...own }), reason)
  })
}

test('a refused token belongs to the tenant that it names when only a trusted issuer can have made it', async (t) => {
  const verifier = verifierOf({ issuer: 'https://issuer', audience: 'somabrain' })
  const claims = { iss: 'https://issuer', aud: 'somabrain', jti: 'j-1' }
  const ownerOf = async (more: JWTPayload, secret?: string) => {
    const token = await withSecret({ ...claims, ...more }, secret)
    const error = await t.throwsAsync(verify(verifier, token), { instanceOf: AuthenticationError })
    return (error as AuthenticationError).owner
  }
  const owner = { tenant: 'acme', principal: 'agent-7', credential: 'jwt:j-1' }
  t.like(await ownerOf({ exp: inSeconds(-31) }), owner)
  t.like(await ownerOf({ nbf: inSeconds(31) }), owner)
  t.like(await ownerOf({ namespaces: ['not a name'] }), owner)
  t.like(await ownerOf({ sub: '' }), { ...owner, principal: null })
  // Expired as well as of another issuer or audience: whoever gets tokens there could name any tenant.
  t.is(await ownerOf({ exp: inSeconds(-31), iss: 'https://other' }), null)
  t.is(await ownerOf({ exp: inSeconds(-31), aud: 'other' }), null)
  t.is(await ownerOf({ exp: inSeconds(-31), tenant_id: 'no tenant' }), null)
  t.is(await ownerOf({ exp: inSeconds(-31) }, 'another secret of this test: 32 bytes'), null)
})

test('clocks may differ by the skew, and no more', async (t) => {
  const verifier = verifierOf()
  t.truthy(await verify(verifier, await withSecret({ exp: inSeconds(-29), nbf: inSeconds(29) })))
  await refused(t, verifierOf({ clockSkewSeconds: 0 }), await withSecret({ exp: inSeconds(-1) }), 'expired')
  await refused(t, verifierOf({ clockSkewSeconds: 0 }), await withSecret({ nbf: inSeconds(1) }), 'not_yet_valid')
})

test('a token of another secret, and one that was altered, is refused', async (t) => {
  await refused(t, verifierOf(), await withSecret({}, 'another secret of 32 bytes or more!!'), 'signature')
  const [header, , signature] = (await withSecret()).split('.')
  const payload = Buffer.from(JSON.stringify({ sub: 'root', tenant_id: 'acme', exp: inSeconds(600) }))
  await refused(t, verifierOf(), `${header}.${payload.toString('base64url')}.${signature}`, 'signature')
})

test('a token without a signature is refused', async (t) => {
  const payload = (await withSecret()).split('.')[1]
  for (const alg of ['none', 'None', 'NONE']) {
    const header = Buffer.from(JSON.stringify({ alg, typ: 'JWT' })).toString('base64url')
    await refused(t, verifierOf(), `${header}.${payload}.`, 'algorithm')
    await refused(t, verifierOf(), `${header}.${payload}.AAAA`, 'algorithm')
  }
})

test('a public key is never taken for a secret, nor a secret’s algorithm for a key', async (t) => {
  const key = await issuerKey('RS256', 'k')
  const onlyKey = verifierOf({ keys: [fixedKeys(parsePublicKeys(key.pem))] })
  t.is((await verify(onlyKey, await signedBy(key))).tenant, 'acme')
  // The classic confusion: HMAC with the text of the public key, which everyone has.
  const [, payload] = (await withSecret()).split('.')
  const header = Buffer.from('{"alg":"HS256"}').toString('base64url')
  const forged = createHmac('sha256', key.pem).update(`${header}.${payload}`).digest('base64url')
  await refused(t, onlyKey, `${header}.${payload}.${forged}`, 'algorithm')
  const both = verifierOf({ keys: [secretKeys(SECRET), fixedKeys(parsePublicKeys(key.pem))] })
  await refused(t, both, `${header}.${payload}.${forged}`, 'signature')
  await refused(t, verifierOf(), await signedBy(key), 'algorithm')
})

test('a key that the token brings along is never looked at', async (t) => {
  const own = await issuerKey('ES256', 'own')
  const attacker = await issuerKey('ES256', 'own')
  const verifier = verifierOf({ keys: [fixedKeys(parsePublicKeys(own.pem))] })
  for (const header of [{ jwk: attacker.jwk }, { jku: 'http://127.0.0.1:1/' }, { x5u: 'http://127.0.0.1:1/' }]) {
    await refused(t, verifier, await signed(attacker.privateKey, { alg: 'ES256', ...header }), 'signature')
  }
})

for (const alg of ['RS256', 'PS256', 'ES256', 'EdDSA']) {
  test(`${alg} is verified with a key of a file, also while another takes its place`, async (t) => {
    const [older, newer, stranger] = await Promise.all(['a', 'b', 'c'].map((kid) => issuerKey(alg, kid)))
    const verifier = verifierOf({ keys: [fixedKeys(parsePublicKeys(`${older!.pem}\n${newer!.pem}`))] })
    t.is((await verify(verifier, await signedBy(older!))).principal, 'agent-7')
    t.is((await verify(verifier, await signedBy(newer!))).principal, 'agent-7')
    await refused(t, verifier, await signedBy(stranger!), 'signature')
  })
}

test('what is no JWT is refused as that', async (t) => {
  const token = await withSecret()
  const [header, payload, signature] = token.split('.')
  const noObject = Buffer.from('[]').toString('base64url')
  for (const text of [`${noObject}.${payload}.${signature}`, `e30.${payload}.${signature}`, `ab.${payload}.cd`]) {
    await refused(t, verifierOf(), text, 'malformed_jwt')
  }
  await refused(t, verifierOf(), `${header}.${noObject}.${signature}`, 'signature')
  const critical = await withHeader({ alg: 'HS256', crit: ['exp'], exp: 1 })
  await refused(t, verifierOf(), critical, 'malformed_jwt')
})

async function withHeader(header: object): Promise<string> {
  const [, payload] = (await withSecret()).split('.')
  const signing = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}`
  return `${signing}.${createHmac('sha256', SECRET).update(signing).digest('base64url')}`
}

test('a verified token is remembered until it expires, and for five minutes at most', async (t) => {
  let now = NOW
  let asked = 0
  const keys = secretKeys(SECRET)
  const counted = {
    algorithms: keys.algorithms,
    find: (header: Parameters<typeof keys.find>[0]) => {
      asked += 1
      return keys.find(header)
    },
  }
  const verifier = verifierOf({ keys: [counted], now: () => now })
  const short = await withSecret({ exp: inSeconds(60) })
  const first = await verify(verifier, short)
  t.is(await verify(verifier, short), first)
  t.is(asked, 1)
  now += 90_001
  await refused(t, verifier, short, 'expired')
  const long = await withSecret({ exp: inSeconds(3600) })
  await verify(verifier, long)
  now += 299_999
  await verify(verifier, long)
  t.is(asked, 3)
  now += 1
  await verify(verifier, long)
  t.is(asked, 4, 'its key may have been withdrawn')
})
