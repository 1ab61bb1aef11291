import { randomBytes } from 'node:crypto'
import test from 'ava'
import { Redis } from 'ioredis'
import { scopeKey } from '../../../domain/names.ts'
import { PARTITIONS } from '../../../domain/partition.ts'
import { WORKING_MEMORY_VERSION } from '../../../domain/working-memory/working-memory.ts'
import { type WorkingMemoryKeys, workingMemoryKeys } from '../../../infra/redis/working-memory-keys.ts'
import { type TestCluster, testCluster } from '../../support/cluster.ts'
import { get, post } from '../../support/http-client.ts'
import { quietKafka } from '../../support/quiet-kafka.ts'
import { missingParts, realParts } from '../../support/real-parts.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { runVerb } from '../cli/run-verb.ts'

const NAMESPACES = ['one', 'two', 'three']

/** Of a later release, which was here and is not. */
const OTHER_VERSION = WORKING_MEMORY_VERSION + 2

const missing = await missingParts('kafka', 'registry', 'postgres', 'redis')
if (missing !== null) {
  test.skip(`a rebuild of working memory in a cluster: ${missing}`, () => undefined)
} else {
  const redis = new Redis(realParts.redis)
  const neighbour = `test-${randomBytes(6).toString('hex')}.`
  let cluster: TestCluster | null = null
  test.after.always(async () => {
    await redis.del(`${neighbour}{wm:${WORKING_MEMORY_VERSION}:0}:checkpoint`)
    redis.disconnect()
    await cluster?.remove()
  })

  test.serial(
    'working memory that was damaged is dropped, seeded anew and found equal, and no other keys are touched',
    async (t) => {
      t.timeout(120_000)
      cluster = await testCluster(temporaryFolder(t))
      const { environment } = cluster
      const { url } = await cluster.start('all')
      const before = []
      for (const namespace of NAMESPACES) {
        const items = Array.from({ length: 20 }, (_, i) => ({ content: `the ${namespace} lamp number ${i} is lit` }))
        t.is((await post(`${url}/remember/batch`, { namespace, items })).status, 200)
        t.is((await post(`${url}/remember`, { namespace, content: 'last' }, { prefer: 'wait=10' })).status, 201)
        before.push(await workingMemory(url, namespace))
      }
      const prefix = environment.SOMABRAIN_KAFKA_TOPIC_PREFIX!
      const keys = workingMemoryKeys(neighbour, WORKING_MEMORY_VERSION, 0)
      await redis.set(keys.checkpoint, "another system's")
      const sums = (await keysOf(redis, prefix)).find((key) => key.includes(':sums:'))!
      const [field] = await redis.hkeys(sums)
      // As if Redis had lost a write of its own.
      await redis.hdel(sums, field!)
      await redis.set(`${prefix}foreign`, 'kept')

      const { code, printed } = await runVerb(environment, 'rebuild', '--projection', 'working-memory')
      t.is(code, 0, printed)
      t.regex(printed, /dropped 3 namespaces, seeded 3/)
      t.regex(printed, /equal: 3 compared with fresh seeds, 0 changed too fast/)
      const after = await Promise.all(NAMESPACES.map((namespace) => workingMemory(url, namespace)))
      t.deepEqual(after, before)
      t.is(await redis.get(keys.checkpoint), "another system's")
      t.is(await redis.get(`${prefix}foreign`), 'kept')

      t.is(
        (await post(`${url}/remember`, { namespace: 'one', content: 'one more' }, { prefer: 'wait=10' })).status,
        201,
      )
      const items = (await get(`${url}/working-memory?namespace=one`)).body.items as Array<{ content: string }>
      t.true(items.some(({ content }) => content === 'one more'))
    },
  )

  test.serial(
    'what another release left in Redis is listed, kept while its projectors run, and then dropped',
    async (t) => {
      const { environment, prefix } = cluster!
      const own = await keysOf(redis, prefix)
      for (const partition of [0, 5]) await leave(redis, workingMemoryKeys(prefix, OTHER_VERSION, partition))
      const drop = (version: number) => runVerb(environment, 'rebuild', '--drop-working-memory', String(version))

      const listed = await runVerb(environment, 'rebuild', '--list')
      t.regex(listed.printed, new RegExp(`another release is there, until: .*--drop-working-memory ${OTHER_VERSION}`))

      const projector = quietKafka([new URL(realParts.kafka).host]).consumer({
        groupId: `${prefix}somabrain-working-memory-${OTHER_VERSION}`,
      })
      t.teardown(() => projector.disconnect())
      const joined = new Promise((resolve) => projector.on(projector.events.GROUP_JOIN, resolve))
      await projector.connect()
      await projector.subscribe({ topics: [`${prefix}memory.commands`] })
      await projector.run({ eachMessage: async () => {} })
      await joined
      const early = await drop(OTHER_VERSION)
      t.is(early.code, 1)
      t.regex(early.printed, /projectors of that release still fold it \(1 consumers\)/)
      t.is((await keysOf(redis, `${prefix}{wm:${OTHER_VERSION}:`)).length, 2 * 4)
      await projector.disconnect()

      const dropped = await drop(OTHER_VERSION)
      t.is(dropped.code, 0, dropped.printed)
      t.regex(dropped.printed, new RegExp(`dropped +working memory of fold version ${OTHER_VERSION}: 2 namespaces`))
      t.deepEqual((await keysOf(redis, prefix)).sort(), own.sort())
      t.false((await runVerb(environment, 'rebuild', '--list')).printed.includes('another release'))

      const again = await drop(OTHER_VERSION)
      t.is(again.code, 1)
      t.regex(
        again.printed,
        new RegExp(`no working memory of fold version ${OTHER_VERSION}, only of ${WORKING_MEMORY_VERSION}`),
      )
      const ownVersion = await drop(WORKING_MEMORY_VERSION)
      t.is(ownVersion.code, 1)
      t.regex(ownVersion.printed, /is what this release reads/)
      t.deepEqual((await keysOf(redis, prefix)).sort(), own.sort())
    },
  )

  test.serial('without the master key nothing is dropped', async (t) => {
    const prefix = cluster!.environment.SOMABRAIN_KAFKA_TOPIC_PREFIX!
    const environment = { ...cluster!.environment, SOMABRAIN_DATA_DIR: temporaryFolder(t), SOMABRAIN_MASTER_KEY: '' }
    const before = await keysOf(redis, prefix)
    const { code, printed } = await runVerb(environment, 'rebuild', '--projection', 'working-memory')
    t.is(code, 1)
    t.regex(printed, /SOMABRAIN_MASTER_KEY is not set/)
    t.true(before.length > PARTITIONS)
    t.deepEqual((await keysOf(redis, prefix)).sort(), before.sort())
  })
}

test('a Redis that does not answer is named without its password', async (t) => {
  const environment = {
    SOMABRAIN_KAFKA_URL: 'kafka://127.0.0.1:1',
    SOMABRAIN_SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1',
    SOMABRAIN_POSTGRES_DSN: 'postgresql://127.0.0.1:1/none',
    SOMABRAIN_REDIS_URL: 'redis://:very-secret@127.0.0.1:1',
    SOMABRAIN_DATA_DIR: temporaryFolder(t),
  }
  const { code, printed } = await runVerb(environment, 'rebuild', '--projection', 'working-memory')
  t.is(code, 1)
  t.regex(printed, /^Redis does not answer: .*127\.0\.0\.1:1/m)
  t.false(printed.includes('very-secret'))
})

async function workingMemory(url: string, namespace: string): Promise<unknown> {
  const { status, body } = await get(`${url}/working-memory?namespace=${namespace}`)
  if (status !== 200) throw new Error(`working memory: ${status} ${JSON.stringify(body)}`)
  return { items: body.items, density: body.density }
}

/** What the fold of a partition with one namespace leaves. */
async function leave(redis: Redis, keys: WorkingMemoryKeys): Promise<void> {
  const scope = { tenant: 'acme', namespace: 'left' }
  await redis.set(keys.checkpoint, '{"format":9}')
  await redis.hset(keys.namespaces, scopeKey(scope), '1')
  await redis.set(keys.state(scope), 'x')
  await redis.hset(keys.sums(scope), 'x', 'y')
}

async function keysOf(redis: Redis, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const page of redis.scanStream({ match: `${prefix}*`, count: 1000 })) keys.push(...(page as string[]))
  return keys
}
