import type { IncomingHttpHeaders } from 'node:http'
import { unauthenticated } from './authenticator.ts'

const BEARER = /^Bearer +([^\s]+) *$/i

/** The token of `Authorization: Bearer <token>` (RFC 6750 §2.1). Throws an `AuthenticationError` without one. */
export function bearerToken({ authorization }: IncomingHttpHeaders): string {
  if (authorization === undefined) throw unauthenticated('missing', 'The request has no Authorization header')
  const match = BEARER.exec(authorization)
  if (match === null) {
    throw unauthenticated('scheme', 'The Authorization header is not of the form `Bearer <token>`')
  }
  return match[1]!
}
