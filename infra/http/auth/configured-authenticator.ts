import type { Logger } from 'pino'
import {
  type CredentialsConfiguration,
  hasCredentials,
  type JwtConfiguration,
} from '../../config/credentials-configuration.ts'
import type { TokenReader } from '../../tokens/token-store.ts'
import { staticToken } from './api-token.ts'
import type { Authenticator } from './authenticator.ts'
import { createAuthenticator } from './create-authenticator.ts'
import { type JwtKeys, secretKeys } from './jwt/jwt-keys.ts'
import { createJwtVerifier, type JwtVerifier } from './jwt/jwt-verifier.ts'
import { fixedKeys } from './jwt/public-keys.ts'
import { publishedKeys } from './jwt/published-keys.ts'
import { storedTokens } from './stored-tokens.ts'

export interface ConfiguredAuthenticatorDeps {
  readonly tokens: TokenReader
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly logger: Logger
}

/** The authenticator of a server with `credentials`. */
export function configuredAuthenticator(
  credentials: CredentialsConfiguration,
  { tokens, clock, logger }: ConfiguredAuthenticatorDeps,
): Authenticator {
  const { apiToken, jwt } = credentials
  const required = hasCredentials(credentials)
  if (!required) logger.info('no credential is configured: only callers on this machine are served, with every role')
  return createAuthenticator({
    required,
    staticToken: apiToken === null ? null : staticToken(apiToken),
    jwt: jwt === null ? null : jwtVerifier(jwt, clock, logger),
    tokens: storedTokens(tokens, {
      now: clock,
      elapsedMs: () => performance.now(),
      onFailure: (error) => logger.warn({ err: error }, 'the store of API tokens does not answer'),
    }),
  })
}

function jwtVerifier(jwt: JwtConfiguration, now: () => number, logger: Logger): JwtVerifier {
  const { issuer, audience, clockSkewSeconds, claims } = jwt
  return createJwtVerifier({ keys: keysOf(jwt, now, logger), issuer, audience, clockSkewSeconds, claims, now })
}

function keysOf({ secret, publicKeys, jwksUrl }: JwtConfiguration, now: () => number, logger: Logger): JwtKeys[] {
  const onFetchFailure = (error: Error): void =>
    logger.warn({ err: error }, 'the keys of JWTs cannot be fetched; those that are known go on')
  return [
    ...(secret === null ? [] : [secretKeys(secret)]),
    ...(publicKeys.length === 0 ? [] : [fixedKeys(publicKeys)]),
    ...(jwksUrl === null ? [] : [publishedKeys({ url: jwksUrl, now, onFetchFailure })]),
  ]
}
