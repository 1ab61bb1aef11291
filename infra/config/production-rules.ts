import { ConfigurationError } from './configuration-error.ts'
import { refuseConstantSecrets } from './constant-secrets.ts'
import { type CredentialsConfiguration, hasCredentials } from './credentials-configuration.ts'
import { DEVELOPMENT_CREDENTIALS } from './development-credentials.ts'
import { isLoopbackName } from './loopback-name.ts'

type Values = ReadonlyMap<string, string>

/** A token that is guessed is a token that is known: 16 characters of base64url are 96 bits. */
const API_TOKEN_MIN_LENGTH = 16
/** Settings that are a secret themselves. */
const SECRETS = ['SOMABRAIN_API_TOKEN', 'SOMABRAIN_JWT_SECRET', 'SOMABRAIN_KAFKA_SASL_PASSWORD']
/** Settings that may hold a password. */
const ADDRESSES = [
  'SOMABRAIN_SCHEMA_REGISTRY_URL',
  'SOMABRAIN_POSTGRES_DSN',
  'SOMABRAIN_POSTGRES_POOLER_DSN',
  'SOMABRAIN_REDIS_URL',
  'SOMABRAIN_JWKS_URL',
]

/** What production mode refuses to start with. Throws a `ConfigurationError` that names every setting at fault. */
export function refuseInProduction(values: Values, credentials: CredentialsConfiguration): void {
  refuseDevelopmentCredentials(values)
  refuseWeakIdentity(values, credentials)
  if (!values.has('SOMABRAIN_MASTER_KEY')) {
    throw new ConfigurationError('SOMABRAIN_MASTER_KEY', 'is not set in production mode', '32 bytes as base64 or hex')
  }
  if (!values.has('SOMABRAIN_SIGNING_KEY')) {
    const expected = 'an Ed25519 private key: 32 bytes as base64 or hex, or PEM'
    throw new ConfigurationError('SOMABRAIN_SIGNING_KEY', 'is not set in production mode', expected)
  }
  refuseConstantSecrets(values)
  if (values.get('SOMABRAIN_AUTO_MIGRATE') === '1') {
    throw new ConfigurationError(
      'SOMABRAIN_AUTO_MIGRATE',
      'is 1 in production mode, where several releases run side by side during an upgrade',
      '0, and the deployment steps (topics create, schemas register, migrate) as a job of their own',
    )
  }
}

function refuseWeakIdentity(values: Values, credentials: CredentialsConfiguration): void {
  if (!hasCredentials(credentials)) {
    throw new ConfigurationError(
      'SOMABRAIN_API_TOKEN',
      'is not set in production mode, nor is any other credential',
      'a secret token, SOMABRAIN_JWT_SECRET, SOMABRAIN_JWT_PUBLIC_KEY_FILE, SOMABRAIN_JWKS_URL or SOMABRAIN_API_TOKENS=1',
    )
  }
  const { apiToken, jwt } = credentials
  if (apiToken !== null && apiToken.length < API_TOKEN_MIN_LENGTH) {
    throw new ConfigurationError(
      'SOMABRAIN_API_TOKEN',
      `has ${apiToken.length} characters in production mode`,
      `at least ${API_TOKEN_MIN_LENGTH}, drawn at random`,
    )
  }
  if (jwt === null) return
  if (jwt.jwksUrl !== null && !isFetchedSafely(new URL(jwt.jwksUrl))) {
    throw new ConfigurationError(
      'SOMABRAIN_JWKS_URL',
      'is not https in production mode: whoever is on the way could give us keys of their own',
      'https://…',
    )
  }
  // An issuer signs tokens for many services with the same keys: without these, any of them would do here.
  if (jwt.jwksUrl === null && jwt.publicKeys.length === 0) return
  for (const name of ['SOMABRAIN_JWT_ISSUER', 'SOMABRAIN_JWT_AUDIENCE']) {
    if (values.has(name)) continue
    throw new ConfigurationError(
      name,
      'is not set in production mode, and tokens are verified with public keys',
      'both',
    )
  }
}

const isFetchedSafely = ({ protocol, hostname }: URL): boolean => protocol === 'https:' || isLoopbackName(hostname)

function refuseDevelopmentCredentials(values: Values): void {
  const names = [
    ...SECRETS.filter((name) => DEVELOPMENT_CREDENTIALS.has(values.get(name) ?? '')),
    ...ADDRESSES.filter((name) => passwordsOf(values.get(name)).some((one) => DEVELOPMENT_CREDENTIALS.has(one))),
  ]
  if (names.length === 0) return
  const problem = names.length === 1 ? 'holds a development credential' : 'hold development credentials'
  throw new ConfigurationError(names.join(', '), `${problem} in production mode`, 'secrets of your own')
}

/** Before the @, and as the parameter that libpq also reads. */
function passwordsOf(address: string | undefined): readonly string[] {
  if (address === undefined || !URL.canParse(address)) return []
  const url = new URL(address)
  return [decodeURIComponent(url.password), ...url.searchParams.getAll('password')]
}
