import type { JWTPayload } from 'jose'
import { type Identity, isPrincipal, isRole } from '../../../../domain/identity.ts'
import { isName } from '../../../../domain/names.ts'
import { AuthenticationError, type CredentialOwner, unauthenticated } from '../authenticator.ts'

/** Where in a token's claims stands what; a name that begins with `/` is a JSON Pointer (RFC 6901) into them. */
export interface ClaimNames {
  readonly tenant: string
  readonly roles: string
  readonly namespaces: string
}

const MAX_NAMESPACES = 1000

/**
 * Who a verified token says is asking. Roles that are not known here are of other services and ignored; without any the
 * identity may do nothing. Without a namespaces claim it reaches all of the tenant's, with an empty one none.
 * Throws an `AuthenticationError` (`claims`).
 */
export function identityOf(payload: JWTPayload, names: ClaimNames): Identity {
  const tenant = claimOf(payload, names.tenant)
  if (typeof tenant !== 'string' || !isName(tenant)) {
    throw refused(names.tenant, 'names no tenant', 'a tenant: 1 to 128 letters, digits, dots, underscores and hyphens')
  }
  const { sub, jti } = payload
  const credential = typeof jti === 'string' && isPrincipal(jti) ? `jwt:${jti}` : 'jwt'
  if (typeof sub !== 'string' || !isPrincipal(sub)) {
    const owner = { tenant, principal: null, credential }
    throw refused('sub', 'names no principal', '1 to 256 characters without control characters', owner)
  }
  const owner = { tenant, principal: sub, credential }
  const roles = wordsOf(payload, names.roles, owner).filter(isRole)
  return { ...owner, roles, namespaces: namespacesOf(payload, names.namespaces, owner) }
}

/** Whose a token is that was refused for its time alone; `null` when its claims do not say so. */
export function ownerOf(payload: JWTPayload, names: ClaimNames): CredentialOwner | null {
  try {
    return identityOf(payload, names)
  } catch (error) {
    if (error instanceof AuthenticationError) return error.owner
    throw error
  }
}

function namespacesOf(payload: JWTPayload, name: string, owner: CredentialOwner): readonly string[] | null {
  if (claimOf(payload, name) === undefined) return null
  const namespaces = wordsOf(payload, name, owner)
  // One that cannot exist would be a misspelt binding: refusing it is safer than guessing.
  if (namespaces.length > MAX_NAMESPACES || !namespaces.every(isName)) {
    throw refused(name, 'does not name namespaces', `at most ${MAX_NAMESPACES} names of namespaces`, owner)
  }
  return namespaces
}

/** A list, or words in one text as OAuth 2 writes scopes (RFC 6749 §3.3). */
function wordsOf(payload: JWTPayload, name: string, owner: CredentialOwner): readonly string[] {
  const value = claimOf(payload, name)
  if (value === undefined) return []
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '')
  if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return value
  throw refused(name, 'is no list of texts', 'a list of texts, or one text of words', owner)
}

function claimOf(payload: JWTPayload, name: string): unknown {
  if (!name.startsWith('/')) return Object.hasOwn(payload, name) ? payload[name] : undefined
  let value: unknown = payload
  for (const step of name.slice(1).split('/')) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

const refused = (claim: string, problem: string, expected: string, owner: CredentialOwner | null = null) =>
  unauthenticated('claims', `The claim ${claim} of the token ${problem}`, { expected, owner })
