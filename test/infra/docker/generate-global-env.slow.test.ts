import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { readConfiguration } from '../../../infra/config/configuration.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { readCompose } from './read-compose.ts'

const repository = fileURLToPath(new URL('../../..', import.meta.url))

/** A checkout with nothing but the script. */
function checkout(t: ExecutionContext): { readonly root: string; run(...args: string[]): string } {
  const root = temporaryFolder(t)
  mkdirSync(join(root, 'scripts'))
  cpSync(join(repository, 'scripts/generate_global_env.sh'), join(root, 'scripts/generate_global_env.sh'))
  const run = (...args: string[]): string =>
    execFileSync('bash', [join(root, 'scripts/generate_global_env.sh'), ...args], { encoding: 'utf8' })
  return { root, run }
}

const environmentOf = (root: string) => parseEnv(readFileSync(join(root, '.env'), 'utf8'))

test('development gets the documented credentials and a master key of its own, which stay', (t) => {
  const { root, run } = checkout(t)
  run()
  const first = environmentOf(root)
  t.is(first.POSTGRES_USER, 'soma')
  t.is(first.POSTGRES_PASSWORD, 'soma_dev_pass')
  t.is(Buffer.from(first.SOMABRAIN_MASTER_KEY ?? '', 'base64').length, 32)
  t.is(statSync(join(root, '.env')).mode & 0o077, 0)
  run()
  t.deepEqual(environmentOf(root), first)
})

test('what is in .env already stays as it is', (t) => {
  const { root, run } = checkout(t)
  writeFileSync(join(root, '.env'), 'POSTGRES_PASSWORD=mine\n')
  run()
  t.is(environmentOf(root).POSTGRES_PASSWORD, 'mine')
})

test('production gets secrets that are drawn, different, kept, and those that the Compose file mounts', (t) => {
  const { root, run } = checkout(t)
  run('--production')
  const folder = join(root, 'secrets')
  const read = (): Record<string, string> =>
    Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
  const first = read()
  t.is(statSync(folder).mode & 0o777, 0o700)
  t.is(new Set(Object.values(first)).size, Object.keys(first).length)
  t.true(first.postgres_dsn?.includes(`:${first.postgres_password}@postgres:5432/`))
  t.is(first.redis_url, `redis://:${first.redis_password}@redis:6379`)
  t.deepEqual(JSON.parse(first['redis_exporter.json'] ?? ''), { 'redis://redis:6379': first.redis_password })
  run('--production')
  t.deepEqual(read(), first)

  const compose = readCompose('docker-compose.prod.yml')
  t.deepEqual(Object.keys(compose.secrets).sort(), Object.keys(first).sort())
})

test('production mode accepts the token and the master key that were drawn', (t) => {
  const { root, run } = checkout(t)
  run('--production')
  const configuration = readConfiguration({
    SOMABRAIN_MODE: 'production',
    SOMABRAIN_HOST: '0.0.0.0',
    SOMABRAIN_API_TOKEN_FILE: join(root, 'secrets/api_token'),
    SOMABRAIN_MASTER_KEY_FILE: join(root, 'secrets/master_key'),
    SOMABRAIN_SIGNING_KEY_FILE: join(root, 'secrets/signing_key'),
  })
  t.is(Buffer.from(configuration.masterKey ?? '', 'base64').length, 32)
})

test("the log's cluster id is one that Kafka takes: 16 bytes as URL-safe text, no dash in front", (t) => {
  const { root, run } = checkout(t)
  run('--production')
  const id = environmentOf(root).KAFKA_CLUSTER_ID ?? ''
  t.regex(id, /^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/)
  t.is(Buffer.from(id, 'base64url').length, 16)
})

test('an unknown option changes nothing', (t) => {
  const { root, run } = checkout(t)
  t.throws(() => run('--prod'), { message: /usage: generate_global_env\.sh/ })
  t.deepEqual(readdirSync(root), ['scripts'])
})
