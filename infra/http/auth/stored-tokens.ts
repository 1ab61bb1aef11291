import type { Identity } from '../../../domain/identity.ts'
import { TokenCache, type TokenCacheOptions } from '../../tokens/token-cache.ts'
import type { StoredToken, TokenReader } from '../../tokens/token-store.ts'
import { isTokenText } from '../../tokens/token-text.ts'
import { unauthenticated, unverifiable } from './authenticator.ts'

export interface StoredTokensOptions extends TokenCacheOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Tokens of `somabrain tokens create`. */
export interface StoredTokens {
  /** Throws an `AuthenticationError`. */
  verify(token: string, digest: string): Identity | Promise<Identity>
}

export function storedTokens(reader: TokenReader, options: StoredTokensOptions): StoredTokens {
  const cache = new TokenCache(reader, options)
  // Most requests come with a token that is cached: its identity is made once.
  const identities = new WeakMap<StoredToken, Identity>()
  const accept = (token: StoredToken | null): Identity => {
    const valid = validToken(token, options.now())
    const identity = identities.get(valid) ?? identityOf(valid)
    identities.set(valid, identity)
    return identity
  }
  return {
    verify(token, digest) {
      if (!isTokenText(token)) throw unknownToken()
      const found = cache.find(digest)
      return found instanceof Promise ? found.then(accept, refuseUnverified) : accept(found)
    },
  }
}

function validToken(token: StoredToken | null, now: number): StoredToken {
  if (token === null) throw unknownToken()
  if (token.revokedAt !== null)
    throw unauthenticated('revoked_token', 'The token was revoked', { owner: identityOf(token) })
  if (token.expiresAt !== null && token.expiresAt <= now) {
    throw unauthenticated('expired_token', 'The token has expired', { owner: identityOf(token) })
  }
  return token
}

const unknownToken = () => unauthenticated('invalid_token', 'The token is not valid')

function refuseUnverified(error: unknown): never {
  throw unverifiable('The store of API tokens does not answer now', error)
}

const identityOf = ({ id, tenant, principal, roles, namespaces }: StoredToken): Identity =>
  Object.freeze<Identity>({ tenant, principal, roles, namespaces, credential: `token:${id}` })
