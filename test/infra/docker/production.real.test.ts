import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { startKafka } from '../../../infra/stack/kafka.ts'
import { startOpa } from '../../../infra/stack/opa.ts'
import type { RunningPart } from '../../../infra/stack/part.ts'
import { startPostgres } from '../../../infra/stack/postgres.ts'
import { startRedis } from '../../../infra/stack/redis.ts'
import { startRegistry } from '../../../infra/stack/registry.ts'
import { readStackSettings } from '../../../infra/stack/stack-settings.ts'
import { get, post } from '../../support/http-client.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { buildImage } from './image.ts'
import { readCompose } from './read-compose.ts'

// docker-compose.prod.yml without an engine: its environment, its secrets, its deployment steps and the image, on parts of this
// test's own that have the secrets that were drawn. Only addresses are other ones.

const root = fileURLToPath(new URL('../../..', import.meta.url))
const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
const real = missing === null ? test : test.skip
const reason = missing === null ? '' : ` (${missing})`

/** Draws secrets as an operator does; answers with their folder. */
function drawSecrets(t: ExecutionContext): string {
  const folder = temporaryFolder(t)
  mkdirSync(join(folder, 'scripts'))
  cpSync(join(root, 'scripts/generate_global_env.sh'), join(folder, 'scripts/generate_global_env.sh'))
  execFileSync('bash', [join(folder, 'scripts/generate_global_env.sh'), '--production'], { stdio: 'ignore' })
  // A container gets the files mounted; here their folder has to let its user in.
  chmodSync(folder, 0o755)
  chmodSync(join(folder, 'secrets'), 0o755)
  return join(folder, 'secrets')
}

interface Parts {
  readonly kafka: RunningPart
  readonly registry: RunningPart
  readonly postgres: RunningPart
  readonly redis: RunningPart
  readonly opa: RunningPart
}

async function startParts(t: ExecutionContext, secret: (name: string) => string): Promise<Parts> {
  const dir = temporaryFolder(t)
  chmodSync(dir, 0o755)
  const { cacheDir } = readStackSettings(root, process.env)
  const credentials = {
    user: new URL(secret('postgres_dsn')).username,
    password: secret('postgres_password'),
    redisPassword: secret('redis_password'),
  }
  const ours = (part: RunningPart): RunningPart => {
    t.teardown(() => part.kill())
    return part
  }
  const kafka = ours(await startKafka({ dir: join(dir, 'kafka'), cacheDir }))
  return {
    kafka,
    registry: ours(await startRegistry({ dir: join(dir, 'registry'), cacheDir, kafkaUrl: kafka.url })),
    postgres: ours(await startPostgres({ dir: join(dir, 'postgres'), credentials })),
    redis: ours(await startRedis({ dir: join(dir, 'redis'), credentials })),
    opa: ours(await startOpa({ dir: join(dir, 'opa'), cacheDir, policy: 'production' })),
  }
}

/** What Compose gives the API: the one file over the other, `null` taking a variable away. */
function apiEnvironment(secrets: string, parts: Parts): Record<string, string> {
  const merged = {
    ...readCompose('docker-compose.yml').services.api.environment,
    ...readCompose('docker-compose.prod.yml').services.api.environment,
  }
  const given = Object.entries(merged).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  )
  const moved = given.map(([name, value]) => [
    name,
    value
      .replace('/run/secrets', secrets)
      .replace('kafka://kafka:9092', parts.kafka.url)
      .replace('http://schema-registry:8081/apis/ccompat/v7', parts.registry.url)
      .replace('http://opa:8181', parts.opa.url)
      .replace(/\$\{\w+:-([^}]*)\}/g, '$1'),
  ])
  return Object.fromEntries(moved)
}

real(
  `production as the Compose files describe it: the deployment steps, then a server that remembers and recalls${reason}`,
  async (t) => {
    t.timeout(170_000)
    const secrets = drawSecrets(t)
    const secret = (name: string): string => readFileSync(join(secrets, name), 'utf8')
    const parts = await startParts(t, secret)
    for (const [name, part] of [
      ['postgres_dsn', parts.postgres],
      ['redis_url', parts.redis],
    ] as const) {
      const address = secret(name).replace(/@(postgres:5432|redis:6379)/, `@127.0.0.1:${part.port}`)
      chmodSync(join(secrets, name), 0o644)
      writeFileSync(join(secrets, name), address)
    }
    const environment = apiEnvironment(secrets, parts)
    t.is(environment.SOMABRAIN_MODE, 'production')
    const image = buildImage(t)

    await t.throwsAsync(image.start(environment), { message: /ended with 1: [\s\S]*schemas register/ })
    const steps = (readCompose('docker-compose.yml').services.setup.command[2] as string).split('; ')
    for (const step of steps) image.somabrain(step.split(' ').slice(1), environment)

    const server = await image.start(environment)
    t.notThrows(() => server.checkHealth())
    t.is((await get(`${server.url}/health`)).body.mode, 'production')
    const credential = { authorization: `Bearer ${secret('api_token')}` }
    const stored = await post(
      `${server.url}/remember`,
      { content: 'Production keeps what it is told.' },
      { ...credential, prefer: 'wait=10' },
    )
    t.is(stored.status, 201)
    const recalled = await post(
      `${server.url}/recall`,
      { query: 'production', k: 1, after: stored.body.position },
      credential,
    )
    t.is((recalled.body.results as { content: string }[])[0]?.content, 'Production keeps what it is told.')
    t.is(await server.stop(), 0)
    const local = readdirSync(join(image.folder, 'data'))
    t.deepEqual(local, ['erasures.ledger'], 'but for what no backup of the stores may hold')
  },
)
