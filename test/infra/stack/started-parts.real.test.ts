import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import { Client } from 'pg'
import { freePort } from '../../../infra/stack/free-port.ts'
import { startKafka } from '../../../infra/stack/kafka.ts'
import { PartUnavailableError, type RunningPart } from '../../../infra/stack/part.ts'
import { startPostgres } from '../../../infra/stack/postgres.ts'
import { isAlive } from '../../../infra/stack/process-table.ts'
import { startRedis } from '../../../infra/stack/redis.ts'
import { startRegistry } from '../../../infra/stack/registry.ts'
import { readStackSettings } from '../../../infra/stack/stack-settings.ts'
import { eventually } from '../../support/eventually.ts'
import { openFolder } from '../../support/open-folder.ts'
import { quietKafka } from '../../support/quiet-kafka.ts'
import { missingParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'

// Parts of this file's own, to be killed. Where the shared ones do not run, these would have to be downloaded first.
const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
const real = missing === null ? test.serial : test.serial.skip
const reason = missing === null ? '' : ` (${missing})`

const { cacheDir } = readStackSettings(process.cwd(), process.env)

/** Killed when the test ends, whatever it came to. */
function ours(t: ExecutionContext, part: RunningPart): RunningPart {
  t.teardown(() => part.kill())
  return part
}

async function withPostgres<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(url)
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

async function withRedis<T>(url: string, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url)
  // The call that fails says it as well.
  client.on('error', () => {})
  try {
    return await use(client)
  } finally {
    client.disconnect()
  }
}

const kafkaAt = (url: string): Kafka =>
  quietKafka([url.replace('kafka://', '')], { initialRetryTime: 100, maxRetryTime: 1_000, factor: 0, retries: 60 })

real(`Postgres killed with SIGKILL is back at once with what was committed${reason}`, async (t) => {
  const part = ours(t, await startPostgres({ dir: join(openFolder(t), 'postgres') }))
  await withPostgres(part.url, (client) => client.query('create table kept as select 42 as answer'))
  const before = part.pid
  await part.kill()
  t.throws(() => part.pid, { message: 'postgres does not run' })
  await part.restart()
  t.not(part.pid, before)
  t.is(
    await withPostgres(part.url, async (client) => (await client.query('select answer from kept')).rows[0].answer),
    42,
  )
})

real(`Redis stopped and started again keeps what it was told, and asks for the password${reason}`, async (t) => {
  const part = ours(t, await startRedis({ dir: join(temporaryFolder(t), 'redis') }))
  await withRedis(part.url, (client) => client.set('key', 'value'))
  await part.restart()
  t.is(await withRedis(part.url, (client) => client.get('key')), 'value')
  const refused = withRedis(part.url.replace('soma_dev_pass', 'guess'), (client) => client.get('key'))
  await t.throwsAsync(refused, { message: /WRONGPASS|NOAUTH/ })
})

real(
  `Kafka killed with SIGKILL keeps acknowledged records, and the registry finds its schemas in it${reason}`,
  async (t) => {
    const dir = temporaryFolder(t)
    const kafka = ours(t, await startKafka({ dir: join(dir, 'kafka'), cacheDir }))
    const registry = ours(t, await startRegistry({ dir: join(dir, 'registry'), cacheDir, kafkaUrl: kafka.url }))
    const client = kafkaAt(kafka.url)
    const [admin, producer] = [client.admin(), client.producer()]
    t.teardown(() => Promise.all([admin.disconnect(), producer.disconnect()]))
    await admin.connect()
    await producer.connect()
    await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1 }], waitForLeaders: true })
    await producer.send({ topic: 'kept', acks: -1, messages: [{ value: 'one' }, { value: 'two' }] })
    const level = await fetch(`${registry.url}/config`)
    t.deepEqual(await level.json(), { compatibilityLevel: 'FULL_TRANSITIVE' })
    const registered = await fetch(`${registry.url}/subjects/kept-value/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schema: '"string"' }),
    })
    t.is(registered.status, 200)

    await registry.kill()
    await kafka.kill()
    await kafka.restart()
    await registry.restart()
    t.is((await admin.fetchTopicOffsets('kept'))[0]?.offset, '2')
    const subjects = await fetch(`${registry.url}/subjects`)
    t.deepEqual(await subjects.json(), ['kept-value'])
  },
)

real(`a second start finds what runs, and leaves it running${reason}`, async (t) => {
  const options = { dir: join(temporaryFolder(t), 'redis'), port: await freePort() }
  const first = ours(t, await startRedis(options))
  const second = await startRedis(options)
  t.is(second.pid, first.pid)
  await second.stop()
  t.throws(() => first.pid)
})

real(`a port that something else has is named${reason}`, async (t) => {
  const dir = temporaryFolder(t)
  const first = ours(t, await startRedis({ dir: join(dir, 'one') }))
  const second = startRedis({ dir: join(dir, 'two'), port: first.port })
  await t.throwsAsync(second, {
    instanceOf: PartUnavailableError,
    message: `redis: port ${first.port} is taken by something that was not started here`,
  })
})

real(`a part that runs and is asked for on another port stays where it is, and says so${reason}`, async (t) => {
  const dir = join(temporaryFolder(t), 'redis')
  const part = ours(t, await startRedis({ dir }))
  const moved = startRedis({ dir, port: await freePort() })
  await t.throwsAsync(moved, {
    instanceOf: PartUnavailableError,
    message: /runs on another port .*: bring it down first/,
  })
  t.is(await withRedis(part.url, (client) => client.ping()), 'PONG')
})

real(`a store takes credentials of its own${reason}`, async (t) => {
  const credentials = { user: 'me', password: 'mine', redisPassword: 'also-mine' }
  const dir = openFolder(t)
  const postgres = ours(t, await startPostgres({ dir: join(dir, 'postgres'), credentials }))
  const redis = ours(t, await startRedis({ dir: join(dir, 'redis'), credentials }))
  t.true(postgres.url.startsWith('postgresql://me:mine@') && redis.url.startsWith('redis://:also-mine@'))
  t.is(await withRedis(redis.url, (client) => client.ping()), 'PONG')
  t.is(
    await withPostgres(
      postgres.url,
      async (client) => (await client.query('select current_user')).rows[0].current_user,
    ),
    'me',
  )
})

real(`parts end with the process that started them, however it ends${reason}`, async (t) => {
  const dir = openFolder(t)
  const script = `
    const { startRedis } = await import(process.argv[1] + '/infra/stack/redis.ts')
    const { startPostgres } = await import(process.argv[1] + '/infra/stack/postgres.ts')
    const redis = await startRedis({ dir: process.argv[2] + '/redis' })
    const postgres = await startPostgres({ dir: process.argv[2] + '/postgres' })
    console.log(redis.pid, postgres.pid)
    setInterval(() => {}, 1000)`
  const options = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script]
  const starter = spawn(process.execPath, [...options, process.cwd(), dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed] = await once(starter.stdout, 'data')
  const pids = String(printed).trim().split(' ').map(Number)
  t.true(pids.every((pid) => isAlive(pid, dir)))
  starter.kill('SIGKILL')
  await eventually(() => assert(!pids.some((pid) => isAlive(pid, dir))))
})
