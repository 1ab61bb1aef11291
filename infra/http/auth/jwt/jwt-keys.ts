import type { CryptoKey } from 'jose'

/** What a JWT says about itself before anything of it is believed. */
export interface JwtHeader {
  readonly alg: string
  readonly kid: string | undefined
}

export type JwtKey = CryptoKey | Uint8Array

/**
 * Keys of one origin. Each origin fixes the algorithms that its keys are for, so that a token cannot choose how a key is
 * used: a public key never becomes an HMAC secret (RFC 8725 §2.1).
 */
export interface JwtKeys {
  readonly algorithms: ReadonlySet<string>
  /** Those that a token with `header` may be signed with, to be tried in turn. Throws an `AuthenticationError`. */
  find(header: JwtHeader): readonly JwtKey[] | Promise<readonly JwtKey[]>
}

export const HMAC_ALGORITHM = 'HS256'

/** RFC 7518 §3.2: as long as the hash. */
export const HMAC_SECRET_MIN_BYTES = 32

/** The one secret of HS256. */
export function secretKeys(secret: string): JwtKeys {
  const key = new TextEncoder().encode(secret)
  return { algorithms: new Set([HMAC_ALGORITHM]), find: () => [key] }
}
