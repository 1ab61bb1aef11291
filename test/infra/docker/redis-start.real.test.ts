import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { freePort } from '../../../infra/stack/free-port.ts'
import { findOnPath } from '../../../infra/stack/system-packages.ts'
import { eventually } from '../../support/eventually.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { readCompose } from './read-compose.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const missing = findOnPath('redis-server') === null ? await missingParts('redis') : null
const real = missing === null ? test : test.skip
const reason = missing === null ? '' : ` (${missing})`

const { services } = readCompose('docker-compose.yml')
/** As Compose hands it to the shell: a doubled dollar is one. */
const healthCheck = (services.redis.healthcheck.test[1] as string).replaceAll('$$', '$')

interface Started {
  readonly settings: string
  /** The health check of the Compose file, on this port. */
  healthy(environment: Record<string, string>): boolean
}

async function start(t: ExecutionContext, password: Record<string, string>): Promise<Started> {
  const folder = temporaryFolder(t)
  const port = String(await freePort())
  const settings = join(folder, 'redis.conf')
  const redis = spawn('sh', [join(root, 'infra/docker/redis-start.sh')], {
    env: {
      PATH: process.env.PATH,
      REDIS_SETTINGS: settings,
      REDIS_DIR: folder,
      REDIS_PORT: port,
      REDIS_BIND: '127.0.0.1',
      ...password,
    },
    stdio: 'ignore',
  })
  const ended = once(redis, 'exit')
  t.teardown(async () => {
    redis.kill('SIGKILL')
    await ended
  })
  const healthy = (environment: Record<string, string>): boolean => {
    const command = healthCheck.replace('redis-cli', `redis-cli -p ${port}`)
    try {
      execFileSync('sh', ['-c', command], { env: { PATH: process.env.PATH, ...environment }, stdio: 'ignore' })
      return true
    } catch {
      // A health check answers by its exit code.
      return false
    }
  }
  return { settings, healthy }
}

real(
  `Redis of the Compose file starts with a password from the environment, and its health check knows it${reason}`,
  async (t) => {
    const password = { REDIS_PASSWORD: 'from-the-environment' }
    const { settings, healthy } = await start(t, password)
    await eventually(() => assert(healthy(password)))
    t.false(healthy({ REDIS_PASSWORD: 'guessed' }))
    t.is(statSync(settings).mode & 0o777, 0o600)
  },
)

real(
  `Redis of the production file starts with a password from a file, and its health check reads it${reason}`,
  async (t) => {
    const file = join(temporaryFolder(t), 'redis_password')
    writeFileSync(file, 'from-a-file')
    const { healthy } = await start(t, { REDIS_PASSWORD_FILE: file })
    await eventually(() => assert(healthy({ REDIS_PASSWORD_FILE: file })))
    t.false(healthy({ REDIS_PASSWORD: 'guessed' }))
  },
)

real(`Redis does not start without a password${reason}`, (t) => {
  t.throws(
    () =>
      execFileSync('sh', [join(root, 'infra/docker/redis-start.sh')], {
        env: { PATH: process.env.PATH },
        stdio: 'pipe',
      }),
    {
      message: /REDIS_PASSWORD: is not set/,
    },
  )
})
