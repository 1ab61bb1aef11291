import { readFileSync } from 'node:fs'
import { HMAC_SECRET_MIN_BYTES } from '../http/auth/jwt/jwt-keys.ts'
import { type PublicKey, parsePublicKeys } from '../http/auth/jwt/public-keys.ts'
import { ConfigurationError } from './configuration-error.ts'

/** Which credentials callers may come with. */
export interface CredentialsConfiguration {
  /** Of tenant `default`, all roles. */
  readonly apiToken: string | null
  readonly jwt: JwtConfiguration | null
  /** Whether tokens of `somabrain tokens create` count as configured, so that nobody is served without a credential. */
  readonly storedTokens: boolean
}

/** At least one of the three origins of keys is there. */
export interface JwtConfiguration {
  readonly secret: string | null
  readonly publicKeys: readonly PublicKey[]
  readonly jwksUrl: string | null
  /** `null`: any. */
  readonly issuer: string | null
  readonly audience: string | null
  readonly clockSkewSeconds: number
  readonly claims: { readonly tenant: string; readonly roles: string; readonly namespaces: string }
}

type Values = ReadonlyMap<string, string>

const MAX_CLOCK_SKEW_SECONDS = 300

/** Throws a `ConfigurationError`. */
export function credentialsConfiguration(values: Values): CredentialsConfiguration {
  return Object.freeze({
    apiToken: values.get('SOMABRAIN_API_TOKEN') ?? null,
    jwt: jwtConfiguration(values),
    storedTokens: values.get('SOMABRAIN_API_TOKENS') === '1',
  })
}

/** Whether anyone at all can say who they are; else only callers on this machine are served. */
export const hasCredentials = ({ apiToken, jwt, storedTokens }: CredentialsConfiguration): boolean =>
  apiToken !== null || jwt !== null || storedTokens

function jwtConfiguration(values: Values): JwtConfiguration | null {
  const keys = {
    secret: secret(values.get('SOMABRAIN_JWT_SECRET')),
    publicKeys: publicKeys(values.get('SOMABRAIN_JWT_PUBLIC_KEY_FILE')),
    jwksUrl: jwksUrl(values.get('SOMABRAIN_JWKS_URL')),
  }
  const issuer = values.get('SOMABRAIN_JWT_ISSUER') ?? null
  const audience = values.get('SOMABRAIN_JWT_AUDIENCE') ?? null
  if (keys.publicKeys.length > 0 && keys.jwksUrl !== null) {
    throw new ConfigurationError(
      'SOMABRAIN_JWKS_URL',
      'is set, and so is SOMABRAIN_JWT_PUBLIC_KEY_FILE: for one algorithm there is one origin of keys',
      'one of the two',
    )
  }
  if (keys.secret === null && keys.publicKeys.length === 0 && keys.jwksUrl === null) {
    refuseRulesWithoutKeys({ SOMABRAIN_JWT_ISSUER: issuer, SOMABRAIN_JWT_AUDIENCE: audience })
    return null
  }
  const claim = (name: string): string => values.get(`SOMABRAIN_JWT_${name}_CLAIM`)!
  return Object.freeze({
    ...keys,
    issuer,
    audience,
    clockSkewSeconds: clockSkew(values.get('SOMABRAIN_JWT_CLOCK_SKEW_SECONDS')!),
    claims: { tenant: claim('TENANT'), roles: claim('ROLES'), namespaces: claim('NAMESPACES') },
  })
}

/** Who asks for an issuer means to check tokens, and none would be. */
function refuseRulesWithoutKeys(rules: Readonly<Record<string, string | null>>): void {
  for (const [name, value] of Object.entries(rules)) {
    if (value === null) continue
    throw new ConfigurationError(
      name,
      'is set, and no key to verify tokens with is',
      'SOMABRAIN_JWT_SECRET, SOMABRAIN_JWT_PUBLIC_KEY_FILE or SOMABRAIN_JWKS_URL as well',
    )
  }
}

function secret(text: string | undefined): string | null {
  if (text === undefined) return null
  const bytes = Buffer.byteLength(text)
  if (bytes >= HMAC_SECRET_MIN_BYTES) return text
  throw new ConfigurationError(
    'SOMABRAIN_JWT_SECRET',
    `has ${bytes} bytes`,
    `at least ${HMAC_SECRET_MIN_BYTES} random bytes (RFC 7518 §3.2)`,
  )
}

function publicKeys(file: string | undefined): readonly PublicKey[] {
  if (file === undefined) return []
  const wrong = (problem: string): ConfigurationError =>
    new ConfigurationError('SOMABRAIN_JWT_PUBLIC_KEY_FILE', problem, 'a PEM file of RSA, P-256 or Ed25519 public keys')
  let pem: string
  try {
    pem = readFileSync(file, 'utf8')
  } catch (error) {
    throw wrong(`cannot be read: ${(error as Error).message}`)
  }
  try {
    return parsePublicKeys(pem)
  } catch (error) {
    throw wrong((error as Error).message)
  }
}

function jwksUrl(text: string | undefined): string | null {
  if (text === undefined) return null
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new ConfigurationError('SOMABRAIN_JWKS_URL', 'is no URL of that kind', 'https://…')
}

function clockSkew(text: string): number {
  const seconds = Number(text)
  if (/^\d+$/.test(text) && seconds <= MAX_CLOCK_SKEW_SECONDS) return seconds
  throw new ConfigurationError(
    'SOMABRAIN_JWT_CLOCK_SKEW_SECONDS',
    `is "${text}"`,
    `a whole number from 0 to ${MAX_CLOCK_SKEW_SECONDS}`,
  )
}
