import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import type { Redis } from 'ioredis'
import { workingMemoryHash } from '../../../domain/working-memory/working-memory-hash.ts'
import { createRedisClient, redisReady } from '../../../infra/redis/redis-client.ts'
import { RedisWorkingMemoryReader } from '../../../infra/redis/redis-working-memory-reader.ts'
import { createRedisWorkingMemoryStore } from '../../../infra/redis/redis-working-memory-store.ts'
import { seedFromSource } from '../../../projections/working-memory/seed-from-source.ts'
import { NEIGHBOUR, PARTITION, SCOPE } from '../../contract/working-memory-states.ts'
import { projectorOf } from '../../projections/working-memory/fold-world.ts'
import { FoldedWorld } from '../../projections/working-memory/folded-world.ts'
import { eventually } from '../../support/eventually.ts'
import { missingRedisServer, type OwnRedis, startOwnRedis } from '../../support/own-redis.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'

const COMMAND_TIMEOUT_MS = 300

async function clientOf(t: ExecutionContext, url: string) {
  const errors: Error[] = []
  const redis = createRedisClient(url, {
    name: 'test',
    onConnectionError: (error) => errors.push(error),
    commandTimeoutMs: COMMAND_TIMEOUT_MS,
    connectTimeoutMs: COMMAND_TIMEOUT_MS,
    maxReconnectDelayMs: 100,
  })
  t.teardown(() => redis.disconnect())
  await redisReady(redis, AbortSignal.timeout(10_000))
  return { redis, errors }
}

/** A world that is folded into `redis` by a projector of its own. */
async function setUp(t: ExecutionContext, redis: Redis) {
  const world = new FoldedWorld(SCOPE)
  const deps = { redis, keyring: world.keys }
  const store = createRedisWorkingMemoryStore(deps)
  const reader = new RedisWorkingMemoryReader(deps)
  const driven = projectorOf(world, store, { pause: (ms) => pause(ms) })
  await world.foldLongTerm()
  let written = 0
  const write = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++, written++) {
      world.remember(written % 4 === 0 ? NEIGHBOUR : SCOPE, { content: `note ${written} about ${written % 9}` })
    }
    await world.foldLongTerm()
  }
  const fold = async () => {
    await driven.projector.take(PARTITION)
    return driven.projector.catchUp(PARTITION)
  }
  const assertIsSeed = async (): Promise<void> => {
    t.is((await reader.checkpoint(PARTITION)).offset, world.head)
    for (const scope of [SCOPE, NEIGHBOUR]) {
      const read = await reader.read(scope)
      if (read.outcome !== 'held') return t.fail(`${scope.namespace} is ${read.outcome}`)
      const { state } = await seedFromSource(world.feed, scope)
      t.is(workingMemoryHash({ ...read.state.memory, position: state.position }), workingMemoryHash(state))
    }
  }
  return { world, store, reader, ...driven, write, fold, assertIsSeed }
}

/** Kills Redis while a projector folds what is written all along, and starts it again. */
async function killsWhileFolding(t: ExecutionContext, own: OwnRedis): Promise<void> {
  const { redis, errors } = await clientOf(t, own.url)
  const { world, write, fold, waiting, stopped, assertIsSeed } = await setUp(t, redis)
  await fold()
  await write(300)
  for (let round = 0; round < 3; round++) {
    const first = fold()
    await own.kill()
    await write(40)
    // The first may have been done before the kill.
    const folding = first.then(fold)
    const [seen, failed] = [waiting.length, errors.length]
    await eventually(() => assert.ok(waiting.length > seen + 1 && errors.length > failed))
    await own.start()
    t.is((await folding).name, 'ready')
    await write(10)
    await fold()
  }
  t.deepEqual(stopped, [])
  world.remember(SCOPE, { content: 'last' })
  world.remember(NEIGHBOUR, { content: 'last' })
  await write(0)
  await fold()
  await assertIsSeed()
}

const missing = missingRedisServer()
if (missing !== null) {
  test.skip(`working memory while Redis fails: ${missing}`, () => {})
} else {
  test('a projector waits while Redis is dead, and goes on where Redis left off', async (t) => {
    await killsWhileFolding(t, await startOwnRedis(t, { durable: true }))
  })

  test('a projector waits while Redis is dead, and begins anew when it comes back empty', async (t) => {
    await killsWhileFolding(t, await startOwnRedis(t, { durable: false }))
  })

  test('a Redis that is emptied again and again while two projectors fold ends at the seed', async (t) => {
    const own = await startOwnRedis(t, { durable: false })
    const { redis } = await clientOf(t, own.url)
    const one = await setUp(t, redis)
    const rival = projectorOf(one.world, createRedisWorkingMemoryStore({ redis, keyring: one.world.keys }))
    for (let round = 0; round < 25; round++) {
      await one.write(12)
      const folding = Promise.all([
        one.fold(),
        rival.projector.take(PARTITION).then(() => rival.projector.catchUp(PARTITION)),
      ])
      if (round % 3 === 0) await redis.flushall()
      t.deepEqual(
        (await folding).map(({ name }) => name),
        ['ready', 'ready'],
      )
    }
    await one.write(8)
    await one.fold()
    await one.assertIsSeed()
  })

  test('a connection that goes silent fails in bounded time, is given up, and replaced', async (t) => {
    const own = await startOwnRedis(t, { durable: false })
    const proxy = await startTcpProxy({ host: '127.0.0.1', port: own.port })
    t.teardown(() => proxy.close())
    const { redis, errors } = await clientOf(t, `redis://127.0.0.1:${proxy.port}`)
    const { store, reader, waiting, write, fold, assertIsSeed } = await setUp(t, redis)
    await write(20)
    await fold()
    await write(20)
    proxy.silence()
    await t.throwsAsync(reader.read(SCOPE))
    await t.throwsAsync(store.load(PARTITION, [SCOPE]))
    const folding = fold()
    await eventually(() => assert.ok(waiting.length > 1 && errors.length > 0))
    proxy.resume()
    t.is((await folding).name, 'ready')
    await write(8)
    await fold()
    await assertIsSeed()
  })

  test('a move whose answer is lost is found done, or done once more, never twice', async (t) => {
    const own = await startOwnRedis(t, { durable: false })
    const proxy = await startTcpProxy({ host: '127.0.0.1', port: own.port })
    t.teardown(() => proxy.close())
    const { redis } = await clientOf(t, `redis://127.0.0.1:${proxy.port}`)
    const { write, fold, moves, world, assertIsSeed } = await setUp(t, redis)
    await fold()
    for (let round = 0; round < 8; round++) {
      await write(10)
      const folding = fold()
      if (round % 2 === 0) proxy.cut()
      t.is((await folding).name, 'ready')
    }
    t.is(moves.reduce((sum, offsets) => sum + offsets, 0) <= world.head, true)
    await assertIsSeed()
  })

  test('a frozen Redis fails commands in bounded time, and answers when it thaws', async (t) => {
    const own = await startOwnRedis(t, { durable: false })
    const { redis } = await clientOf(t, own.url)
    const { reader, write, fold } = await setUp(t, redis)
    await write(8)
    await fold()
    await write(8)
    await fold()
    own.freeze()
    t.teardown(() => own.thaw())
    await t.throwsAsync(reader.read(SCOPE))
    await t.throwsAsync(reader.checkpoint(PARTITION))
    own.thaw()
    await eventually(async () => assert.equal((await reader.read(SCOPE)).outcome, 'held'))
  })

  test('without a connection a command is refused at once, not queued', async (t) => {
    const own = await startOwnRedis(t, { durable: false })
    const { redis, errors } = await clientOf(t, own.url)
    await own.kill()
    await eventually(() => assert.notEqual(redis.status, 'ready'))
    await t.throwsAsync(redis.get('anything'), { message: /enableOfflineQueue/ })
    await eventually(() => assert.ok(errors.length > 0))
    await own.start()
    await redisReady(redis, AbortSignal.timeout(10_000))
    t.is(await redis.get('anything'), null)
  })
}
