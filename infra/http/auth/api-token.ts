import { timingSafeEqual } from 'node:crypto'
import type { Identity } from '../../../domain/identity.ts'
import { type Authenticator, unauthenticated } from './authenticator.ts'
import { bearerToken } from './bearer-token.ts'
import { credentialDigest } from './credential-digest.ts'

const owner: Identity = Object.freeze<Identity>({
  tenant: 'default',
  principal: 'api-token',
  roles: ['reader', 'writer', 'admin', 'auditor'],
  namespaces: null,
  credential: 'api-token',
})

/** Whose token it is, by its digest; `null`: another one's. */
export type StaticToken = (digest: string) => Identity | null

/** `SOMABRAIN_API_TOKEN`: tenant `default`, all roles. */
export function staticToken(token: string): StaticToken {
  const expected = Buffer.from(credentialDigest(token), 'latin1')
  // Digests are of one length, so the comparison takes the same time for every token.
  return (digest) => (timingSafeEqual(Buffer.from(digest, 'latin1'), expected) ? owner : null)
}

/** `SOMABRAIN_API_TOKEN` as `Authorization: Bearer`, and nothing else. */
export function apiTokenAuthenticator(token: string): Authenticator {
  const isOwner = staticToken(token)
  return {
    authenticate(headers) {
      const identity = isOwner(credentialDigest(bearerToken(headers)))
      if (identity === null) throw unauthenticated('invalid_token', 'The token is not valid')
      return identity
    },
  }
}
