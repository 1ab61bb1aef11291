import test from 'ava'
import type { JWTPayload } from 'jose'
import { AuthenticationError } from '../../../../infra/http/auth/authenticator.ts'
import { type ClaimNames, identityOf } from '../../../../infra/http/auth/jwt/claims-identity.ts'

const names: ClaimNames = { tenant: 'tenant_id', roles: 'roles', namespaces: 'namespaces' }
const of = (claims: JWTPayload, own: Partial<ClaimNames> = {}) =>
  identityOf({ sub: 'p', tenant_id: 't', ...claims }, { ...names, ...own })

test('roles that are not known here are ignored, and without any nothing is allowed', (t) => {
  t.deepEqual(of({ roles: ['reader', 'owner', 'billing:admin'] }).roles, ['reader'])
  t.deepEqual(of({ roles: ['Reader', 'ADMIN'] }).roles, [])
  t.deepEqual(of({}).roles, [])
})

test('roles may be words in one text, as OAuth 2 writes scopes', (t) => {
  t.deepEqual(of({ scope: 'openid reader  writer' }, { roles: 'scope' }).roles, ['reader', 'writer'])
})

test('without a namespaces claim all of the tenant is reached, with an empty one nothing', (t) => {
  t.is(of({}).namespaces, null)
  t.deepEqual(of({ namespaces: [] }).namespaces, [])
  t.deepEqual(of({ namespaces: '' }).namespaces, [])
  t.deepEqual(of({ namespaces: ['a', 'b'] }).namespaces, ['a', 'b'])
})

test('claims are found under names of their own, and inside others', (t) => {
  const claims = {
    org: 'acme',
    realm_access: { roles: ['writer'] },
    'https://example.com/spaces': ['x'],
    'a/b': { '~c': ['reader'] },
  }
  t.like(of(claims, { tenant: 'org', roles: '/realm_access/roles', namespaces: 'https://example.com/spaces' }), {
    tenant: 'acme',
    roles: ['writer'],
    namespaces: ['x'],
  })
  t.deepEqual(of(claims, { roles: '/a~1b/~0c' }).roles, ['reader'])
})

const wrong: ReadonlyArray<readonly [string, JWTPayload, RegExp]> = [
  ['a tenant that is no name', { tenant_id: '../other' }, /tenant_id .* names no tenant/],
  ['a tenant that is a list', { tenant_id: ['t'] }, /tenant_id .* names no tenant/],
  ['an empty tenant', { tenant_id: '' }, /tenant_id/],
  ['a principal with a line break', { sub: 'p\np' }, /sub .* names no principal/],
  ['an endless principal', { sub: 'p'.repeat(257) }, /sub/],
  ['roles that are numbers', { roles: [1] }, /roles .* no list of texts/],
  ['roles that are an object', { roles: { reader: true } }, /roles/],
  ['namespaces that are no names', { namespaces: ['a', '*'] }, /namespaces .* does not name namespaces/],
  ['namespaces that are null', { namespaces: null }, /namespaces/],
]
for (const [what, claims, message] of wrong) {
  test(`${what} is refused by the claim’s name`, (t) => {
    t.throws(() => of(claims), { instanceOf: AuthenticationError, message })
  })
}

test('what every object has is no claim', (t) => {
  t.throws(() => of({}, { tenant: 'constructor' }), { message: /constructor/ })
  t.throws(() => of({}, { tenant: '/__proto__/name' }), { message: /__proto__/ })
})
