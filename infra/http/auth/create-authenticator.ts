import type { IncomingHttpHeaders } from 'node:http'
import type { Identity } from '../../../domain/identity.ts'
import { TOKEN_PREFIX } from '../../tokens/token-text.ts'
import type { StaticToken } from './api-token.ts'
import { type Authenticator, unauthenticated } from './authenticator.ts'
import { bearerToken } from './bearer-token.ts'
import { credentialDigest } from './credential-digest.ts'
import type { JwtVerifier } from './jwt/jwt-verifier.ts'
import { loopbackAuthenticator } from './loopback.ts'
import type { StoredTokens } from './stored-tokens.ts'

export interface AuthenticatorOptions {
  /** `SOMABRAIN_API_TOKEN`; `null`: not configured. */
  readonly staticToken: StaticToken | null
  readonly jwt: JwtVerifier | null
  readonly tokens: StoredTokens
  /** Whether any credential is configured. Else callers on this machine need none. */
  readonly required: boolean
}

/** With an empty signature too: that is how a token of the algorithm `none` comes, and it is told why it is refused. */
const JWT_FORM = /^[\w-]+\.[\w-]+\.[\w-]*$/

/**
 * The one authenticator: a credential's form says what it is, so nothing is tried in turn. Its digest is taken once and is what
 * each kind remembers it by.
 */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { required, jwt, tokens } = options
  const verify = (token: string): Identity | Promise<Identity> => {
    const digest = credentialDigest(token)
    const owner = options.staticToken?.(digest) ?? null
    if (owner !== null) return owner
    if (token.startsWith(TOKEN_PREFIX)) return tokens.verify(token, digest)
    if (jwt !== null && JWT_FORM.test(token)) return jwt.verify(token, digest)
    throw unauthenticated('invalid_token', 'The token is not valid')
  }
  return {
    authenticate(headers, remoteAddress) {
      if (required || bringsToken(headers)) return verify(bearerToken(headers))
      return loopbackAuthenticator.authenticate(headers, remoteAddress)
    },
  }
}

/** Without credentials configured a token that was made here still says who asks, so that tenants and roles can be tried. */
const bringsToken = ({ authorization }: IncomingHttpHeaders): boolean =>
  authorization !== undefined && TOKEN_FORM.test(authorization)

const TOKEN_FORM = new RegExp(`^Bearer +${TOKEN_PREFIX}`, 'i')
