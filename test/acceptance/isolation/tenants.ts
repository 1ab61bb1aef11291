import type { Identity, Role } from '../../../domain/identity.ts'
import type { Authenticator } from '../../../infra/http/auth/authenticator.ts'
import { unauthenticated } from '../../../infra/http/auth/authenticator.ts'
import { bearerToken } from '../../../infra/http/auth/bearer-token.ts'

/** Named alike in every tenant: a name that is somebody else's must say nothing. */
export const NAMESPACES = ['default', 'a', 'b'] as const
const TENANTS = ['acme', 'bolt', 'cato', 'dune'] as const

/** A credential of one of the tenants. */
export interface Holder {
  readonly token: string
  readonly identity: Identity
}

const every: readonly Role[] = ['reader', 'writer', 'admin', 'auditor']

const holder = (tenant: string, name: string, roles: readonly Role[], namespaces: string[] | null = null): Holder => ({
  token: `${tenant}-${name}`,
  identity: { tenant, principal: name, roles, namespaces },
})

/** Of each tenant: everything, each role alone, bound to one and to two namespaces, and no role. */
export const holders: readonly Holder[] = TENANTS.flatMap((tenant) => [
  holder(tenant, 'owner', every),
  holder(tenant, 'reader', ['reader']),
  holder(tenant, 'writer', ['writer']),
  holder(tenant, 'admin', ['admin']),
  holder(tenant, 'auditor', ['auditor']),
  holder(tenant, 'of-a', every, ['a']),
  holder(tenant, 'of-a-and-b', ['reader', 'writer'], ['a', 'b']),
  holder(tenant, 'nobody', []),
])

export const owners = holders.filter(({ identity }) => identity.principal === 'owner')

const byToken = new Map(holders.map((one) => [one.token, one.identity]))

/** Tells the holders apart by their tokens. */
export const authenticator: Authenticator = {
  authenticate(headers) {
    const identity = byToken.get(bearerToken(headers))
    if (identity === undefined) throw unauthenticated('invalid_token', 'The token is not valid')
    return identity
  },
}

/** A word that stands in everything that a tenant stores in a namespace, and nowhere else. */
export const markOf = (tenant: string, namespace: string): string => `qz${tenant}qz${namespace}qz`

const MARK = /qz([a-z]+)qz([a-z]+)qz/g

/** The marks in a text that are not the identity's to see. */
export const foreignMarks = ({ tenant, namespaces }: Identity, text: string): string[] =>
  [...text.matchAll(MARK)]
    .filter(([, of, namespace]) => of !== tenant || (namespaces !== null && !namespaces.includes(namespace!)))
    .map(([mark]) => mark)
