import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { readStackSettings } from '../../../infra/stack/stack-settings.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

test('the parts are on the documented ports, their data in the checkout, downloads where the user keeps caches', (t) => {
  const root = temporaryFolder(t)
  const settings = readStackSettings(root, { XDG_CACHE_HOME: '/var/cache/me' })
  t.deepEqual(settings.ports, { redis: 30100, kafka: 30102, postgres: 30106, registry: 30108, opa: 30104 })
  t.is(settings.dir, join(root, '.stack'))
  t.is(settings.cacheDir, '/var/cache/me/somabrain-stack')
})

test('.env moves a port, and the environment goes before it', (t) => {
  const root = temporaryFolder(t)
  writeFileSync(join(root, '.env'), 'REDIS_HOST_PORT=30001\nKAFKA_BROKER_HOST_PORT=30002\n')
  const { ports } = readStackSettings(root, { REDIS_HOST_PORT: '40001' })
  t.is(ports.redis, 40_001)
  t.is(ports.kafka, 30_002)
})

test('folders can be elsewhere, and an empty variable is one that is not set', (t) => {
  const root = temporaryFolder(t)
  const settings = readStackSettings(root, {
    SOMABRAIN_STACK_DIR: 'elsewhere',
    SOMABRAIN_STACK_CACHE: '/downloads',
    POSTGRES_HOST_PORT: '',
  })
  t.is(settings.dir, join(root, 'elsewhere'))
  t.is(settings.cacheDir, '/downloads')
  t.is(settings.ports.postgres, 30_106)
})

for (const wrong of ['0', '65536', '30100x', '-1', '30 100']) {
  test(`a port that is ${wrong} is refused by name`, (t) => {
    t.throws(() => readStackSettings(temporaryFolder(t), { SCHEMA_REGISTRY_HOST_PORT: wrong }), {
      message: `SCHEMA_REGISTRY_HOST_PORT is "${wrong}"; a port from 1 to 65535 would be valid`,
    })
  })
}

test('credentials are the development ones unless .env or the environment has others', (t) => {
  const root = temporaryFolder(t)
  t.deepEqual(readStackSettings(root, {}).credentials, {
    user: 'soma',
    password: 'soma_dev_pass',
    redisPassword: 'soma_dev_pass',
  })
  writeFileSync(join(root, '.env'), 'POSTGRES_USER=somabrain\nREDIS_PASSWORD=drawn\n')
  const { credentials } = readStackSettings(root, { POSTGRES_PASSWORD: 'given' })
  t.deepEqual(credentials, { user: 'somabrain', password: 'given', redisPassword: 'drawn' })
})
