import { errors, type JWTPayload } from 'jose'
import { type CredentialOwner, unauthenticated } from '../authenticator.ts'

/**
 * What jose says of a token, in the terms of this server; any other error comes back as it is. What a client is told is
 * enough to mend its token and nothing that helps to forge one. A token whose time is not right was signed by a key that is
 * trusted, for this audience (jose looks at times last), so its claims say whose it is. Of another issuer or audience they
 * say nothing: whoever gets tokens there could write into any tenant's audit.
 */
export function jwtFailure(error: unknown, ownerOf: (payload: JWTPayload) => CredentialOwner | null): unknown {
  if (error instanceof errors.JWTExpired) {
    return unauthenticated('expired', 'The token has expired', { owner: ownerOf(error.payload) })
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim !== 'nbf' || error.reason !== 'check_failed') return claimFailure(error.claim)
    return unauthenticated('not_yet_valid', 'The token is not valid yet', { owner: ownerOf(error.payload) })
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return wrongSignature()
  if (error instanceof errors.JOSEAlgNotAllowed)
    return unauthenticated('algorithm', 'The token is signed in another way')
  if (error instanceof errors.JOSEError) return malformed()
  return error
}

export const wrongSignature = () => unauthenticated('signature', 'The signature of the token is not valid')

export const malformed = () => unauthenticated('malformed_jwt', 'The token is no JWT of a form that is read here')

function claimFailure(claim: string) {
  switch (claim) {
    case 'nbf':
      return unauthenticated('not_yet_valid', 'The token is not valid yet')
    case 'iss':
      return unauthenticated('issuer', 'The token is of another issuer')
    case 'aud':
      return unauthenticated('audience', 'The token is for another audience')
    default:
      return unauthenticated('claims', `The claim ${claim} of the token is missing or not valid`)
  }
}
