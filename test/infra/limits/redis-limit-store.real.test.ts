import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test, { type ExecutionContext } from 'ava'
import { createBreaker } from '../../../infra/breaker/create-breaker.ts'
import { LiveProcesses } from '../../../infra/limits/live-processes.ts'
import { RedisLimitStore } from '../../../infra/limits/redis-limit-store.ts'
import { SharedLimitStore } from '../../../infra/limits/shared-limit-store.ts'
import { createRedisClient, redisReady } from '../../../infra/redis/redis-client.ts'
import { limitStoreContract, NOON } from '../../contract/limit-store.ts'
import { eventually } from '../../support/eventually.ts'
import { missingParts, realParts } from '../../support/real-parts.ts'

const DAY = Date.UTC(2026, 10, 21)

async function connect(t: ExecutionContext) {
  const prefix = `test-${randomBytes(6).toString('hex')}.`
  const redis = createRedisClient(realParts.redis, { name: 'test-limits', onConnectionError: () => {} })
  t.teardown(async () => {
    const keys = redis.status === 'ready' ? await redis.keys(`${prefix}*`) : []
    if (keys.length > 0) await redis.del(...keys)
    redis.disconnect()
  })
  await redisReady(redis, AbortSignal.timeout(5_000))
  return { redis, prefix }
}

const missing = await missingParts('redis')
if (missing !== null) {
  test.skip(`limits in Redis (${missing})`, () => {})
} else {
  limitStoreContract(test, async (t, countSince) => {
    const { redis, prefix } = await connect(t)
    return new RedisLimitStore(redis, { prefix, now: () => NOON, countSince })
  })

  test('processes share one bucket', async (t) => {
    const { redis, prefix } = await connect(t)
    const stores = [1, 2, 3].map(
      () => new RedisLimitStore(redis, { prefix, now: () => NOON, countSince: async () => 0 }),
    )
    const takes = await Promise.all(
      Array.from({ length: 30 }, (_, i) => stores[i % 3]!.takeRequest('a', { perSecond: 1e-3, burst: 10 })),
    )
    t.is(takes.filter(({ granted }) => granted).length, 10)
    const refused = takes.find(({ granted }) => !granted)!
    t.true(refused.retryAfterMs > 900_000 && refused.retryAfterMs <= 1_000_000)
    t.true((await stores[0]!.takeRequest('b', { perSecond: 1e-3, burst: 10 })).granted)
  })

  test('processes share one day, to the last memory', async (t) => {
    const { redis, prefix } = await connect(t)
    const stores = [1, 2].map(() => new RedisLimitStore(redis, { prefix, now: () => NOON, countSince: async () => 0 }))
    const takes = await Promise.all(Array.from({ length: 20 }, (_, i) => stores[i % 2]!.takeMemories('a', DAY, 7, 100)))
    t.is(
      takes.reduce((sum, { granted }) => sum + granted, 0),
      100,
    )
    t.deepEqual(await stores[0]!.takeMemories('b', DAY, 7, 100), { granted: 7, remaining: 93 })
  })

  test('counters that were lost are counted again, once for all who ask', async (t) => {
    const { redis, prefix } = await connect(t)
    const asked: unknown[] = []
    const countSince = async (...one: unknown[]): Promise<number> => {
      asked.push(one)
      return 95
    }
    const store = new RedisLimitStore(redis, { prefix, now: () => NOON, countSince })
    const takes = await Promise.all([3, 3, 3].map((count) => store.takeMemories('a', DAY, count, 100)))
    t.is(
      takes.reduce((sum, { granted }) => sum + granted, 0),
      5,
    )
    t.deepEqual(asked, [['a', DAY, 100]])
  })

  test('a day that begins while counters are kept begins at nothing, without a count', async (t) => {
    const { redis, prefix } = await connect(t)
    let now = NOON
    let counts = 0
    const countSince = async (): Promise<number> => {
      counts += 1
      return 0
    }
    const store = new RedisLimitStore(redis, { prefix, now: () => now, countSince })
    await store.takeMemories('a', DAY, 1, 10)
    t.is(counts, 1)
    now += 86_400_000
    t.deepEqual(await store.takeMemories('b', DAY + 86_400_000, 4, 10), { granted: 4, remaining: 6 })
    t.is(counts, 1)
  })

  test('without Redis each process grants its share, and tells Redis of it afterwards', async (t) => {
    const { redis, prefix } = await connect(t)
    const breaker = createBreaker('Redis', { resetMs: 10 })
    t.teardown(() => breaker.close())
    const shared = new RedisLimitStore(redis, { prefix, now: () => NOON, countSince: async () => 0 })
    let away = false
    const unsteady = new Proxy(shared, {
      get(target, name) {
        if (away) return () => Promise.reject(new Error('Redis is away'))
        return (...values: unknown[]) => Reflect.apply(Reflect.get(target, name) as () => unknown, target, values)
      },
    })
    const faults: unknown[] = []
    const store = new SharedLimitStore({
      redis: unsteady,
      breaker,
      processes: () => 4,
      now: () => NOON,
      onFault: (fault) => faults.push(fault),
    })
    t.deepEqual(await store.takeMemories('a', DAY, 20, 100), { granted: 20, remaining: 80 })
    away = true
    t.is((await store.takeMemories('a', DAY, 15, 100)).granted, 15)
    t.deepEqual(await store.takeMemories('a', DAY, 15, 100), { granted: 5, remaining: 0 })
    const rate = { perSecond: 1e-3, burst: 8 }
    const requests = await Promise.all(Array.from({ length: 8 }, () => store.takeRequest('a', rate)))
    t.is(requests.filter(({ granted }) => granted).length, 2)
    t.true(faults.length >= 10)
    away = false
    await eventually(async () => assert.equal((await store.takeMemories('a', DAY, 0, 100)).remaining, 60))
    t.pass()
  })

  test('processes are counted while they live', async (t) => {
    const { redis, prefix } = await connect(t)
    let now = NOON
    const [first, second] = [1, 2].map(() => new LiveProcesses(redis, { prefix, now: () => now })) as [
      LiveProcesses,
      LiveProcesses,
    ]
    await first.beat()
    await second.beat()
    t.is(second.count, 2)
    await second.close()
    await first.beat()
    t.is(first.count, 1)
    const third = new LiveProcesses(redis, { prefix, now: () => now })
    t.teardown(() => third.close())
    now += 11_000
    await third.beat()
    t.is(third.count, 1, 'the first was not heard of for too long')
    await first.close()
  })
}
