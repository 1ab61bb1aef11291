/** Labels of `somabrain_auth_failures_total`: a fixed list, so that no caller can make a series of its own. */
export const AUTH_FAILURE_REASONS = [
  /** No Authorization header. */
  'missing',
  /** Not `Bearer <token>`. */
  'scheme',
  /** A bearer token of a kind that is not configured here, or that is none at all. */
  'invalid_token',
  'revoked_token',
  'expired_token',
  /** A JWT that is not three parts of base64url with a JSON header and claims. */
  'malformed_jwt',
  /** `none`, or one that no configured key is for. */
  'algorithm',
  'signature',
  /** The key that the JWT names is not published. */
  'unknown_key',
  'expired',
  'not_yet_valid',
  'issuer',
  'audience',
  /** A claim that is required is absent or not of its form. */
  'claims',
  /** A header names another tenant, principal or role than the credential. */
  'claimed_identity',
  /** Whoever could tell does not answer. */
  'unverifiable',
  'not_loopback',
  /** Without credentials, a request that a proxy passed on. */
  'proxied',
  'foreign_host',
  'foreign_origin',
  /** A fault of the server. */
  'error',
] as const

export type AuthFailureReason = (typeof AUTH_FAILURE_REASONS)[number]
