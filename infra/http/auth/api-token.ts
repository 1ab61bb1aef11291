import { createHash, timingSafeEqual } from 'node:crypto'
import type { Identity } from '../../../domain/identity.ts'
import { type Authenticator, unauthenticated } from './authenticator.ts'

const owner: Identity = {
  tenant: 'default',
  principal: 'api-token',
  roles: ['reader', 'writer', 'admin', 'auditor'],
  namespaces: null,
}

/** `SOMABRAIN_API_TOKEN` as `Authorization: Bearer`: tenant `default`, all roles. */
export function apiTokenAuthenticator(token: string): Authenticator {
  const expected = digest(token)
  return {
    authenticate(headers) {
      const { authorization } = headers
      if (authorization === undefined) throw unauthenticated('missing', 'The request has no Authorization header')
      const match = /^Bearer +([^\s]+) *$/i.exec(authorization)
      if (match === null)
        throw unauthenticated('scheme', 'The Authorization header is not of the form `Bearer <token>`')
      // Digests are of one length, so the comparison takes the same time for every token.
      if (!timingSafeEqual(digest(match[1]!), expected))
        throw unauthenticated('invalid_token', 'The token is not valid')
      return owner
    },
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest()
