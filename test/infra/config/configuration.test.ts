import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import test from 'ava'
import { readConfiguration } from '../../../infra/config/configuration.ts'
import { settings } from '../../../infra/config/settings.ts'

const cluster = {
  SOMABRAIN_KAFKA_URL: 'kafka://a:9092,b:9092',
  SOMABRAIN_SCHEMA_REGISTRY_URL: 'http://localhost:8081/apis/ccompat/v7',
  SOMABRAIN_POSTGRES_DSN: 'postgresql://me:s3cret-of-ours@localhost/memory?sslmode=require',
  SOMABRAIN_REDIS_URL: 'rediss://:s3cret-of-ours@localhost:6379/2',
}
const production = {
  SOMABRAIN_MODE: 'production',
  SOMABRAIN_API_TOKEN: 'a-secret-of-ours',
  SOMABRAIN_MASTER_KEY: '01'.repeat(31).concat('02'),
  SOMABRAIN_SIGNING_KEY: '03'.repeat(31).concat('04'),
}

const { privateKey } = generateKeyPairSync('ed25519')
const ofPem = {
  pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  secret: Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url').toString('hex'),
}

const issuer = { SOMABRAIN_JWT_ISSUER: 'https://id.example', SOMABRAIN_JWT_AUDIENCE: 'somabrain' }

const refused: ReadonlyArray<readonly [string, Record<string, string>, RegExp]> = [
  ['a port that is no number', { SOMABRAIN_PORT: 'http' }, /SOMABRAIN_PORT is "http".*a whole number from 0 to 65535/],
  [
    'a mode that does not exist',
    { SOMABRAIN_MODE: 'prod' },
    /SOMABRAIN_MODE is "prod".*development, enterprise, production/,
  ],
  ...['0', '1.5', '-1', '36501', 'forever'].map(
    (days) =>
      [
        `an audit kept for ${days} days`,
        { SOMABRAIN_AUDIT_RETENTION_DAYS: days },
        new RegExp(`SOMABRAIN_AUDIT_RETENTION_DAYS is "${days}".*a whole number from 1 to 36500`),
      ] as const,
  ),
  [
    'a file of published keys that is not there',
    { SOMABRAIN_SIGNING_PUBLIC_KEYS_FILE: '/nowhere/keys.pem' },
    /SOMABRAIN_SIGNING_PUBLIC_KEYS_FILE cannot be read/,
  ],
  ['an open address without a credential', { SOMABRAIN_HOST: '0.0.0.0' }, /SOMABRAIN_HOST.*SOMABRAIN_API_TOKEN/],
  ['production without a credential', { SOMABRAIN_MODE: 'production' }, /SOMABRAIN_API_TOKEN is not set/],
  [
    'production with a development credential',
    { SOMABRAIN_MODE: 'production', SOMABRAIN_API_TOKEN: 'dev-token' },
    /development credential/,
  ],
  [
    'production without a master key',
    { SOMABRAIN_MODE: 'production', SOMABRAIN_API_TOKEN: 'a-secret-of-ours' },
    /SOMABRAIN_MASTER_KEY is not set/,
  ],
  [
    'a policy engine that is no address',
    { SOMABRAIN_OPA_ENDPOINT: 'localhost:8181' },
    /SOMABRAIN_OPA_ENDPOINT is "localhost:8181"\. Expected: http:/,
  ],
  [
    'a JWT secret that can be guessed',
    { SOMABRAIN_JWT_SECRET: 'x'.repeat(31) },
    /SOMABRAIN_JWT_SECRET has 31 bytes.*at least 32/,
  ],
  [
    'a demand for the full stack',
    { SOMABRAIN_FORCE_FULL_STACK: '1' },
    /FULL_STACK is 1, and no backing service is named/,
  ],
  [
    'a demand for external parts',
    { SOMABRAIN_REQUIRE_EXTERNAL_BACKENDS: '1' },
    /BACKENDS is 1, and no backing service/,
  ],
  [
    'a cluster without some of its parts',
    { SOMABRAIN_KAFKA_URL: cluster.SOMABRAIN_KAFKA_URL, SOMABRAIN_REDIS_URL: cluster.SOMABRAIN_REDIS_URL },
    /SOMABRAIN_SCHEMA_REGISTRY_URL, SOMABRAIN_POSTGRES_DSN are not set, and SOMABRAIN_KAFKA_URL, SOMABRAIN_REDIS_URL are/,
  ],
  [
    'a broker without a port',
    { ...cluster, SOMABRAIN_KAFKA_URL: 'kafka://localhost' },
    /SOMABRAIN_KAFKA_URL.*broker 1/,
  ],
  ['another kind of URL for Redis', { ...cluster, SOMABRAIN_REDIS_URL: 'http://x' }, /SOMABRAIN_REDIS_URL.*rediss?:/],
  ['a DSN that is none', { ...cluster, SOMABRAIN_POSTGRES_DSN: 'localhost' }, /SOMABRAIN_POSTGRES_DSN is not valid/],
  ['certificate authorities without TLS', { ...cluster, SOMABRAIN_KAFKA_CA_FILE: 'ca.pem' }, /SOMABRAIN_KAFKA_TLS/],
  [
    'half a login to the brokers',
    { ...cluster, SOMABRAIN_KAFKA_SASL_MECHANISM: 'plain' },
    /SOMABRAIN_KAFKA_SASL_USERNAME, SOMABRAIN_KAFKA_SASL_PASSWORD is not set/,
  ],
  ['a prefix that no topic can have', { ...cluster, SOMABRAIN_KAFKA_TOPIC_PREFIX: 'a/b' }, /TOPIC_PREFIX is "a\/b"/],
  [
    'migrations at start in production',
    { ...cluster, ...production, SOMABRAIN_AUTO_MIGRATE: '1' },
    /AUTO_MIGRATE is 1/,
  ],
  [
    'a development password in production',
    { ...cluster, ...production, SOMABRAIN_REDIS_URL: 'redis://:soma_dev_pass@localhost:6379' },
    /SOMABRAIN_REDIS_URL holds a development credential/,
  ],
  [
    'development credentials in production, all of them at once',
    {
      ...cluster,
      ...production,
      SOMABRAIN_API_TOKEN: 'dev-token',
      SOMABRAIN_POSTGRES_DSN: 'postgresql://soma@localhost/memory?password=soma_dev_pass',
      SOMABRAIN_POSTGRES_POOLER_DSN: 'postgresql://soma:soma_dev_pass@localhost/memory',
      SOMABRAIN_SCHEMA_REGISTRY_URL: 'http://me:changeme@localhost',
    },
    /SOMABRAIN_API_TOKEN, SOMABRAIN_SCHEMA_REGISTRY_URL, SOMABRAIN_POSTGRES_DSN, SOMABRAIN_POSTGRES_POOLER_DSN hold development credentials/,
  ],
  [
    'a token that can be guessed in production',
    { ...production, SOMABRAIN_API_TOKEN: 'short' },
    /SOMABRAIN_API_TOKEN has 5 characters in production mode.*at least 16/,
  ],
  [
    'a token of one character in production',
    { ...production, SOMABRAIN_API_TOKEN: 'a'.repeat(16) },
    /SOMABRAIN_API_TOKEN is one character repeated.*drawn at random/,
  ],
  [
    'a JWT secret of one character in production',
    { ...production, SOMABRAIN_JWT_SECRET: 'x'.repeat(32) },
    /SOMABRAIN_JWT_SECRET is one character repeated/,
  ],
  ...['00'.repeat(32), Buffer.alloc(32, 7).toString('base64')].flatMap((key) =>
    ['SOMABRAIN_MASTER_KEY', 'SOMABRAIN_SIGNING_KEY'].map(
      (name) =>
        [
          `${name} ${key} in production`,
          { ...production, [name]: key },
          new RegExp(`${name} is one byte repeated.*32 bytes drawn at random`),
        ] as const,
    ),
  ),
  [
    'one key for two purposes in production',
    { ...production, SOMABRAIN_MASTER_KEY: Buffer.from(production.SOMABRAIN_SIGNING_KEY, 'hex').toString('base64') },
    /SOMABRAIN_MASTER_KEY, SOMABRAIN_SIGNING_KEY are the same key/,
  ],
  [
    'one key for two purposes in production, as PEM too',
    { ...production, SOMABRAIN_MASTER_KEY: ofPem.secret, SOMABRAIN_SIGNING_KEY: ofPem.pem },
    /SOMABRAIN_MASTER_KEY, SOMABRAIN_SIGNING_KEY are the same key/,
  ],
  [
    'migrations at start in production, embedded too',
    { ...production, SOMABRAIN_AUTO_MIGRATE: '1' },
    /AUTO_MIGRATE is 1/,
  ],
  [
    'keys that are fetched in clear in production',
    { ...production, ...issuer, SOMABRAIN_JWKS_URL: 'http://id.example/jwks' },
    /SOMABRAIN_JWKS_URL is not https in production/,
  ],
  [
    'public keys without an issuer in production',
    { ...production, SOMABRAIN_JWT_AUDIENCE: 'somabrain', SOMABRAIN_JWKS_URL: 'https://id.example/jwks' },
    /SOMABRAIN_JWT_ISSUER is not set in production/,
  ],
  [
    'public keys without an audience in production',
    { ...production, SOMABRAIN_JWT_ISSUER: 'https://id.example', SOMABRAIN_JWKS_URL: 'https://id.example/jwks' },
    /SOMABRAIN_JWT_AUDIENCE is not set in production/,
  ],
  ['an issuer without any key', { SOMABRAIN_JWT_ISSUER: 'x' }, /SOMABRAIN_JWT_ISSUER is set, and no key/],
  ['keys that are at no URL', { SOMABRAIN_JWKS_URL: 'file:///etc/keys' }, /SOMABRAIN_JWKS_URL is no URL/],
  ['a key file that is not there', { SOMABRAIN_JWT_PUBLIC_KEY_FILE: '/nowhere' }, /PUBLIC_KEY_FILE cannot be read/],
  [
    'a skew of an hour',
    { SOMABRAIN_JWT_SECRET: 'x'.repeat(32), SOMABRAIN_JWT_CLOCK_SKEW_SECONDS: '3600' },
    /CLOCK_SKEW_SECONDS is "3600".*from 0 to 300/,
  ],
  ['a metrics port that is none', { SOMABRAIN_METRICS_PORT: '-1' }, /SOMABRAIN_METRICS_PORT is "-1"/],
  ['a role of a cluster', { SOMABRAIN_ROLE: 'query' }, /one process does everything/],
]

for (const [what, environment, message] of refused) {
  test(`${what} is refused by name`, (t) => {
    t.throws(() => readConfiguration(environment), { message })
  })
}

test('an empty environment gives the documented defaults, frozen', (t) => {
  const configuration = readConfiguration({})
  t.is(configuration.host, '127.0.0.1')
  t.is(configuration.port, 9696)
  t.true(isAbsolute(configuration.dataDir))
  t.true(Object.isFrozen(configuration))
  t.deepEqual(configuration.notices, [])
})

test('a secret comes from a file as well, but not from two places', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'somabrain-config-'))
  const file = join(folder, 'token')
  writeFileSync(file, 'from-a-file\n')
  t.is(readConfiguration({ SOMABRAIN_API_TOKEN_FILE: file }).credentials.apiToken, 'from-a-file')
  t.throws(() => readConfiguration({ SOMABRAIN_API_TOKEN_FILE: file, SOMABRAIN_API_TOKEN: 'x' }), {
    message: /given twice/,
  })
  t.throws(() => readConfiguration({ SOMABRAIN_API_TOKEN_FILE: join(folder, 'none') }), { message: /cannot be read/ })
  rmSync(folder, { recursive: true })
})

test('keys of before are published from a file that holds public Ed25519 keys alone', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'somabrain-config-'))
  const file = join(folder, 'keys.pem')
  const keys = (pem: string) => {
    writeFileSync(file, pem)
    return readConfiguration({ SOMABRAIN_SIGNING_PUBLIC_KEYS_FILE: file }).erasure.previousPublicKeys
  }
  const publicPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()
  const [one, two] = [createPublicKey(privateKey), generateKeyPairSync('ed25519').publicKey].map(publicPem)
  t.deepEqual(keys(`${one}${two}`), [one!, two!])
  t.throws(() => keys(ofPem.pem), { message: /KEYS_FILE holds a private key.*Ed25519 public keys/ })
  t.throws(() => keys('none'), { message: /holds no PEM block/ })
  const elliptic = publicPem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)
  t.throws(() => keys(elliptic), { message: /no Ed25519 public key/ })
  rmSync(folder, { recursive: true })
})

test('what has no effect is said, and so is a name that is not known', (t) => {
  const { notices } = readConfiguration({ ENABLE_COG_THREADS: '1', SOMABRAIN_PROT: '1' })
  t.regex(notices[0]!, /ENABLE_COG_THREADS is set and has no effect/)
  t.regex(notices[1]!, /SOMABRAIN_PROT is set and is not known/)
})

test('every default of the table is a valid value', (t) => {
  const environment = Object.fromEntries(settings.flatMap((s) => (s.default === null ? [] : [[s.name, s.default]])))
  t.notThrows(() => readConfiguration(environment))
})

test('embedded, long-term memory may be required: it always answers', (t) => {
  t.is(readConfiguration({ SOMABRAIN_REQUIRE_MEMORY: '1' }).cluster, null)
})

test('with all four addresses a process is one of a cluster', (t) => {
  const configuration = readConfiguration({ ...cluster, SOMABRAIN_ROLE: 'query', SOMABRAIN_KAFKA_TLS: '1' })
  t.is(configuration.role, 'query')
  t.deepEqual(configuration.cluster?.kafka, { brokers: ['a:9092', 'b:9092'], tls: { caFile: undefined }, sasl: null })
  t.true(configuration.cluster?.autoMigrate)
  t.is(configuration.cluster?.replication, 1)
})

test('in production mode three replicas are made, and nothing is migrated at start', (t) => {
  const { cluster: found } = readConfiguration({ ...cluster, ...production })
  t.is(found?.replication, 3)
  t.false(found?.autoMigrate)
})

test('outside production secrets of one byte are taken, so that they can be written by hand', (t) => {
  const environment = { ...production, SOMABRAIN_MODE: 'development', SOMABRAIN_MASTER_KEY: '00'.repeat(32) }
  t.is(readConfiguration(environment).mode, 'development')
})

test('production starts with any one kind of credential', (t) => {
  const { SOMABRAIN_API_TOKEN: _token, ...rest } = production
  for (const credential of [
    { SOMABRAIN_JWT_SECRET: 'a secret of ours, '.repeat(2) },
    { SOMABRAIN_API_TOKENS: '1' },
    { ...issuer, SOMABRAIN_JWKS_URL: 'https://id.example/jwks' },
  ]) {
    t.is(readConfiguration({ ...rest, ...credential }).mode, 'production')
  }
})

test('with any credential configured the server may listen beyond this machine', (t) => {
  for (const credential of [
    { SOMABRAIN_API_TOKEN: 'x' },
    { SOMABRAIN_API_TOKENS: '1' },
    { SOMABRAIN_JWKS_URL: 'http://id.example/jwks' },
  ]) {
    t.is(readConfiguration({ SOMABRAIN_HOST: '0.0.0.0', ...credential }).host, '0.0.0.0')
  }
})
