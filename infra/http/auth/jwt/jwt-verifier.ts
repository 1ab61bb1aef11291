import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose'
import type { Identity } from '../../../../domain/identity.ts'
import { BoundedMap } from '../../../crypto/bounded-map.ts'
import { unauthenticated } from '../authenticator.ts'
import { type ClaimNames, identityOf, ownerOf } from './claims-identity.ts'
import { jwtFailure, malformed, wrongSignature } from './jwt-failure.ts'
import type { JwtHeader, JwtKeys } from './jwt-keys.ts'

export interface JwtVerifierOptions {
  readonly keys: readonly JwtKeys[]
  /** `null`: any. */
  readonly issuer: string | null
  readonly audience: string | null
  readonly clockSkewSeconds: number
  readonly claims: ClaimNames
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Verifies JWTs in compact form. */
export interface JwtVerifier {
  /** `digest`: of the token's text, under which it is remembered. Throws an `AuthenticationError`. */
  verify(token: string, digest: string): Identity | Promise<Identity>
}

interface Verified {
  readonly identity: Identity
  /** Milliseconds since 1970. */
  readonly until: number
}

/** A few hundred bytes each. Beyond it the oldest are verified again. */
const REMEMBERED_TOKENS = 20_000
/** However long a token lives, so long at most is it believed without its key: a key may be withdrawn. */
const REMEMBERED_MS = 5 * 60_000

/**
 * A signature costs more than a recall may (tens of microseconds, RSA more, and a turn through a thread), and agents send one
 * token thousands of times: what was verified is remembered by its digest, until it expires and for five minutes at most.
 */
export function createJwtVerifier(options: JwtVerifierOptions): JwtVerifier {
  const { now } = options
  const remembered = new BoundedMap<string, Verified>(REMEMBERED_TOKENS)
  const verifyAnew = async (token: string, digest: string): Promise<Identity> => {
    const payload = await verifiedPayload(token, options)
    const identity = Object.freeze(identityOf(payload, options.claims))
    const expires = (payload.exp! + options.clockSkewSeconds) * 1000
    remembered.set(digest, { identity, until: Math.min(expires, now() + REMEMBERED_MS) })
    return identity
  }
  return {
    verify(token, digest) {
      const known = remembered.get(digest)
      if (known !== undefined && now() < known.until) return known.identity
      return verifyAnew(token, digest)
    },
  }
}

async function verifiedPayload(token: string, options: JwtVerifierOptions): Promise<JWTPayload> {
  const header = headerOf(token)
  const origin = options.keys.find(({ algorithms }) => algorithms.has(header.alg))
  if (origin === undefined) {
    throw unauthenticated('algorithm', 'The token is signed in a way that is not configured here')
  }
  for (const key of await origin.find(header)) {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [header.alg],
        ...(options.issuer === null ? {} : { issuer: options.issuer }),
        ...(options.audience === null ? {} : { audience: options.audience }),
        clockTolerance: options.clockSkewSeconds,
        currentDate: new Date(options.now()),
        requiredClaims: ['exp', 'sub'],
      })
      return payload
    } catch (error) {
      // Signed with another of the keys, perhaps: they are being changed.
      if (!(error instanceof errors.JWSSignatureVerificationFailed))
        throw jwtFailure(error, (payload) => ownerOf(payload, options.claims))
    }
  }
  throw wrongSignature()
}

/** Only what says which key to take. Keys that a token brings along (`jwk`, `jku`, `x5u`) are never looked at. */
function headerOf(token: string): JwtHeader {
  try {
    const { alg, kid } = decodeProtectedHeader(token)
    if (typeof alg === 'string' && (kid === undefined || typeof kid === 'string')) return { alg, kid }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
  throw malformed()
}
