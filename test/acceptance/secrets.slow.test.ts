import { spawn } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { readConfiguration } from '../../infra/config/configuration.ts'
import { settings } from '../../infra/config/settings.ts'
import { freePort } from '../../infra/stack/free-port.ts'
import { createLogger } from '../../infra/telemetry/logger.ts'
import { startSomabrain } from '../../main.ts'
import { withSecret } from '../infra/http/auth/support/signed-tokens.ts'
import { eventually } from '../support/eventually.ts'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { throwFatal } from '../support/throw-fatal.ts'

const main = fileURLToPath(new URL('../../main.ts', import.meta.url))
const canary = (): string => `C4N4RY${randomBytes(12).toString('hex')}`
/** Nobody listens there. */
const NOBODY = '127.0.0.1:34999'

/** A value that holds a canary, for every setting that is a secret. A new secret without one fails the first test. */
const ofCluster: Readonly<Record<string, (secret: string) => string>> = {
  SOMABRAIN_SCHEMA_REGISTRY_URL: (secret) => `http://me:${secret}@${NOBODY}`,
  SOMABRAIN_POSTGRES_DSN: (secret) => `postgresql://me:${secret}@${NOBODY}/x?password=${secret}`,
  SOMABRAIN_POSTGRES_POOLER_DSN: (secret) => `postgresql://me:${secret}@${NOBODY}/x`,
  SOMABRAIN_REDIS_URL: (secret) => `redis://me:${secret}@${NOBODY}`,
  SOMABRAIN_KAFKA_SASL_PASSWORD: (secret) => secret,
}
const ofEveryServer: Readonly<Record<string, (secret: string) => string>> = {
  SOMABRAIN_API_TOKEN: (secret) => secret,
  SOMABRAIN_JWT_SECRET: (secret) => secret.padEnd(40, '.'),
  SOMABRAIN_EMBEDDER_API_KEY: (secret) => secret,
  SOMABRAIN_MEMORY_HTTP_TOKEN: (secret) => secret,
  // Keys have forms of their own: what is searched for is the key.
  SOMABRAIN_MASTER_KEY: () => randomBytes(32).toString('base64'),
  SOMABRAIN_MASTER_KEY_PREVIOUS: () => randomBytes(32).toString('base64'),
  SOMABRAIN_SIGNING_KEY: () => {
    const { d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
    return Buffer.from(d!, 'base64url').toString('base64')
  },
}

const valuesOf = (of: typeof ofCluster): Record<string, string> =>
  Object.fromEntries(Object.entries(of).map(([name, make]) => [name, make(canary())]))

/** Of a value, the parts that `http://${NOBODY}` may see: the canary, or all of a key. */
const secretsOf = (values: Readonly<Record<string, string>>): string[] =>
  Object.values(values).flatMap((value) => value.match(/C4N4RY[0-9a-f]{24}/g) ?? [value])

function assertUnseen(t: ExecutionContext, secrets: readonly string[], seen: Readonly<Record<string, string>>): void {
  for (const [where, text] of Object.entries(seen)) {
    for (const secret of secrets) t.false(text.includes(secret), `${where}: ${text.slice(0, 2000)}`)
  }
}

async function everythingOpen(url: string, headers: Record<string, string> = {}) {
  const seen: Record<string, string> = {}
  for (const path of [
    '/health',
    '/live',
    '/ready',
    '/startup',
    '/openapi.json',
    '/metrics',
    '/nowhere',
    '/namespaces',
  ]) {
    const response = await fetch(`${url}${path}`, { headers })
    seen[path] = `${JSON.stringify([...response.headers])} ${await response.text()}`
  }
  return seen
}

test('every secret of the settings is looked for', (t) => {
  const secrets = settings.filter(({ secret }) => secret === true).map(({ name }) => name)
  for (const name of secrets) t.true(name in ofCluster || name in ofEveryServer, name)
})

test('an embedded server shows no secret in any line or answer, whatever is asked of it', async (t) => {
  const known = new Set(settings.map(({ name }) => name))
  const values = Object.fromEntries(Object.entries(valuesOf(ofEveryServer)).filter(([name]) => known.has(name)))
  delete values.SOMABRAIN_MASTER_KEY_PREVIOUS
  const server = await startServerProcess(temporaryFolder(t), { ...values, LOG_LEVEL: 'trace' })
  t.teardown(() => server.stop())
  const secrets = secretsOf(values)
  const token = values.SOMABRAIN_API_TOKEN!
  const jwt = await withSecret({ exp: Math.floor(Date.now() / 1000) + 600 }, values.SOMABRAIN_JWT_SECRET)
  const wrong = canary()
  for (const credential of [token, jwt, `${token}x`, wrong, `smb_${wrong}`]) {
    const seen = await everythingOpen(server.url, { authorization: `Bearer ${credential}`, cookie: `session=${wrong}` })
    assertUnseen(t, [...secrets, jwt, wrong], seen)
  }
  const refused = await fetch(`${server.url}/remember`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: `{"content": "${wrong}`,
  })
  assertUnseen(t, [...secrets, wrong], { refused: await refused.text() })
  await server.stop()
  assertUnseen(t, [...secrets, jwt, wrong], { output: server.output() })
})

test('a process that waits for its cluster shows no password of it', async (t) => {
  const values = { ...valuesOf(ofCluster), SOMABRAIN_API_TOKEN: canary() }
  const port = await freePort()
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: {
      ...process.env,
      ...values,
      SOMABRAIN_DATA_DIR: temporaryFolder(t),
      SOMABRAIN_PORT: String(port),
      SOMABRAIN_KAFKA_URL: `kafka://${NOBODY}`,
      SOMABRAIN_KAFKA_SASL_MECHANISM: 'plain',
      SOMABRAIN_KAFKA_SASL_USERNAME: 'me',
      LOG_LEVEL: 'trace',
    },
  })
  t.teardown(() => child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const url = `http://127.0.0.1:${port}`
  await eventually(async () => {
    const startup = await (await fetch(`${url}/startup`)).text()
    if (!startup.includes(NOBODY)) throw new Error(startup)
  }, 60_000)
  assertUnseen(t, secretsOf(values), await everythingOpen(url))
  const headers = { authorization: `Bearer ${values.SOMABRAIN_API_TOKEN}` }
  assertUnseen(t, secretsOf(values), await everythingOpen(url, headers))
  assertUnseen(t, secretsOf(values), { output })
  t.true(output.includes('trying again'))
})

const addresses = {
  SOMABRAIN_POSTGRES_DSN: 'postgresql://a/b',
  SOMABRAIN_KAFKA_URL: 'kafka://a:1',
  SOMABRAIN_REDIS_URL: 'redis://a',
  SOMABRAIN_SCHEMA_REGISTRY_URL: 'http://a',
}
const bad: ReadonlyArray<readonly [string, Record<string, string>]> = [
  ['a JWT secret that is too short', { SOMABRAIN_JWT_SECRET: 'C4N4RY' }],
  ['a master key that is none', { SOMABRAIN_MASTER_KEY: 'C4N4RY' }],
  ['a signing key that is none', { SOMABRAIN_SIGNING_KEY: 'C4N4RY' }],
  ['a DSN that is none', { ...addresses, SOMABRAIN_POSTGRES_DSN: 'x://C4N4RY' }],
  ['a DSN of a pooler that is none', { ...addresses, SOMABRAIN_POSTGRES_POOLER_DSN: 'x://C4N4RY' }],
  ['a Redis URL that is none', { ...addresses, SOMABRAIN_REDIS_URL: 'x://:C4N4RY@a' }],
  ['a registry URL that is none', { ...addresses, SOMABRAIN_SCHEMA_REGISTRY_URL: 'x://u:C4N4RY@a' }],
]
for (const [what, environment] of bad) {
  test(`${what} refuses the start without being repeated`, async (t) => {
    const start = async () => {
      const configuration = readConfiguration({ ...environment, SOMABRAIN_DATA_DIR: temporaryFolder(t) })
      return startSomabrain(
        { ...configuration, port: 0 },
        { logger: createLogger({ level: 'silent' }), onFatal: throwFatal },
      )
    }
    const error = await t.throwsAsync(start)
    t.false(error.message.includes('C4N4RY'), error.message)
    t.regex(error.message, /SOMABRAIN/)
  })
}
