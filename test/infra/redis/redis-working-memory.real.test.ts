import test, { type ExecutionContext } from 'ava'
import { WORKING_MEMORY_VERSION } from '../../../domain/working-memory/working-memory.ts'
import { forgetWorkingMemory } from '../../../infra/redis/forget-working-memory.ts'
import { redisWorkingMemory } from '../../../infra/redis/redis-working-memory.ts'
import { RedisWorkingMemoryReader } from '../../../infra/redis/redis-working-memory-reader.ts'
import { createRedisWorkingMemoryStore } from '../../../infra/redis/redis-working-memory-store.ts'
import { workingMemoryKeys } from '../../../infra/redis/working-memory-keys.ts'
import { DataKeyMissingError } from '../../../projections/working-memory/data-key-missing-error.ts'
import { InProcessWorkingMemory } from '../../../projections/working-memory/in-process-working-memory.ts'
import { checkIntegrity } from '../../../projections/working-memory/integrity-check.ts'
import { WorkingMemoryReads } from '../../../projections/working-memory/working-memory-reads.ts'
import { testWorkingMemoryReads } from '../../contract/working-memory-reads.ts'
import { keyIdOf, NEIGHBOUR, PARTITION, SCOPE } from '../../contract/working-memory-states.ts'
import { projectorOf } from '../../projections/working-memory/fold-world.ts'
import { FoldedWorld } from '../../projections/working-memory/folded-world.ts'
import { missingParts } from '../../support/real-parts.ts'
import { redisForTest } from './redis-for-test.ts'

async function setUp(t: ExecutionContext) {
  const { redis, keyPrefix, clear, close } = await redisForTest()
  t.teardown(close)
  const world = new FoldedWorld(SCOPE)
  const deps = { redis, keyring: world.keys, keyPrefix }
  const alarms: string[] = []
  const readsOver = (reader: RedisWorkingMemoryReader) =>
    redisWorkingMemory(reader, world.feed, { traceError: () => alarms.push('trace') })
  const reader = new RedisWorkingMemoryReader(deps)
  const memory = readsOver(reader)
  const another = () => readsOver(new RedisWorkingMemoryReader(deps))
  const driven = projectorOf(world, createRedisWorkingMemoryStore(deps))
  const fold = async () => {
    await world.foldLongTerm()
    await driven.projector.take(PARTITION)
    return driven.projector.catchUp(PARTITION)
  }
  // In process, from the same long-term memory: what it answers is what is true.
  const source = { ...world.feed, records: () => Promise.reject(new Error('never folded here')) }
  const seeded = () => new WorkingMemoryReads(new InProcessWorkingMemory(source))
  const keys = workingMemoryKeys(keyPrefix, WORKING_MEMORY_VERSION, PARTITION)
  await fold()
  return { redis, keyPrefix, world, reader, memory, another, fold, seeded, keys, alarms, clear }
}

const missing = await missingParts('redis')
if (missing !== null) {
  test.skip(`reads of working memory in Redis: ${missing}`, () => {})
} else {
  testWorkingMemoryReads({
    name: 'working memory in Redis',
    async open(t) {
      const { fold, ...opened } = await setUp(t)
      const { generation } = await opened.world.longTerm.checkpoint(PARTITION)
      return { ...opened, generation, fold: async () => void (await fold()) }
    },
  })

  test('the query side reads from Redis what a process would make of long-term memory itself', async (t) => {
    const { world, memory, fold, seeded, alarms } = await setUp(t)
    for (let n = 0; n < 90; n++) {
      world.remember(SCOPE, { content: `note ${n} about topic ${n % 6}`, importance: (n * 31) % 1001 })
      if (n % 9 === 0) await fold()
    }
    await fold()
    t.deepEqual(await memory.state(SCOPE), await seeded().state(SCOPE))
    for (const text of ['note 3 about topic 3', 'pruning apple trees', '…']) {
      t.deepEqual(await memory.report(SCOPE, text), await seeded().report(SCOPE, text))
    }
    t.is(await memory.state(NEIGHBOUR), null)
    t.deepEqual(alarms, [])
  })

  test('a state waits for the fold to pass what was stored when it was asked for', async (t) => {
    const { world, memory, fold, seeded } = await setUp(t)
    world.remember(SCOPE, { content: 'first' })
    await fold()
    world.remember(SCOPE, { content: 'second' })
    await world.foldLongTerm()
    const reading = memory.state(SCOPE)
    await fold()
    t.deepEqual(await reading, await seeded().state(SCOPE))
  })

  test('a missing data key is an error that names it', async (t) => {
    const { world, memory, fold } = await setUp(t)
    world.remember(SCOPE, { content: 'lost', keyId: keyIdOf('lost') })
    await fold()
    world.keys.missing.add(keyIdOf('lost'))
    const error = await t.throwsAsync(memory.state(SCOPE), { instanceOf: DataKeyMissingError })
    t.is(error.keyId, keyIdOf('lost'))
  })

  test('what Redis holds of an exposure is sealed, and dies with its key', async (t) => {
    const { redis, world, memory, fold, keys } = await setUp(t)
    world.remember(SCOPE, { content: 'a secret note', keyId: keyIdOf('hers') })
    world.remember(SCOPE, { content: 'another' })
    await fold()
    const sums = Object.values(await redis.hgetallBuffer(keys.sums(SCOPE)))
    t.is(sums.length, 2)
    for (const sealed of sums) {
      t.is(sealed.length, 1 + 12 + 512 + 16)
      // Sums of a short text are mostly zeros; what is sealed has none to speak of.
      t.true(sealed.filter((byte) => byte === 0).length < 30)
    }
    world.keys.destroyed.add(keyIdOf('hers'))
    t.is((await memory.state(SCOPE))!.density.exposures, 1)
  })

  test('a namespace of which Redis evicted a part is seeded by who reads, and written whole by who folds', async (t) => {
    const { redis, world, reader, memory, fold, seeded, keys } = await setUp(t)
    for (let n = 0; n < 5; n++) world.remember(SCOPE, { content: `note ${n}` })
    await fold()
    for (const key of [keys.sums(SCOPE), keys.state(SCOPE)]) {
      await redis.del(key)
      const read = await reader.read(SCOPE)
      t.is(read.outcome === 'absent' && read.beginning, null)
      t.deepEqual(await memory.state(SCOPE), await seeded().state(SCOPE))
      world.remember(SCOPE, { content: 'one more' })
      await fold()
      t.is((await reader.read(SCOPE)).outcome, 'held')
      t.deepEqual(await memory.state(SCOPE), await seeded().state(SCOPE))
    }
  })

  test('a partition of which only the checkpoint was lost forgets its namespaces', async (t) => {
    const { redis, world, reader, memory, fold, seeded, keys } = await setUp(t)
    for (let n = 0; n < 5; n++) world.remember(SCOPE, { content: `note ${n}` })
    await fold()
    await redis.del(keys.checkpoint)
    world.remember(SCOPE, { content: 'while there was no checkpoint' })
    await fold()
    t.is((await reader.read(SCOPE)).outcome, 'absent')
    t.deepEqual(await memory.state(SCOPE), await seeded().state(SCOPE))
    world.remember(SCOPE, { content: 'one more' })
    await fold()
    t.is((await reader.read(SCOPE)).outcome, 'held')
    t.deepEqual(await memory.state(SCOPE), await seeded().state(SCOPE))
  })

  test('working memory that is forgotten leaves no key, and is there again at its next use', async (t) => {
    const { redis, world, reader, memory, fold, seeded, keyPrefix } = await setUp(t)
    world.remember(SCOPE, { content: 'first' })
    world.remember(NEIGHBOUR, { content: 'elsewhere' })
    await fold()
    t.is(await forgetWorkingMemory(redis, keyPrefix, PARTITION), 2)
    t.deepEqual(await redis.keys(`${keyPrefix}*`), [])
    world.remember(SCOPE, { content: 'second' })
    await fold()
    t.is((await reader.checkpoint(PARTITION)).offset, world.head)
    for (const scope of [SCOPE, NEIGHBOUR]) {
      const { items, density } = (await memory.state(scope))!
      const expected = (await seeded().state(scope))!
      t.deepEqual({ items, density }, { items: expected.items, density: expected.density })
    }
    t.is(await forgetWorkingMemory(redis, keyPrefix, (PARTITION + 1) % 12), 0)
  })

  test('the integrity task finds nothing where nothing is wrong, and an item that was altered', async (t) => {
    const { redis, world, reader, fold, keys } = await setUp(t)
    for (let n = 0; n < 70; n++) world.remember(SCOPE, { content: `note ${n}` })
    await fold()
    const faults: string[] = []
    const deps = {
      reader,
      source: world.feed,
      pause: async () => {},
      onFault: (_: unknown, fault: string) => faults.push(fault),
    }
    t.deepEqual(await checkIntegrity(deps, PARTITION), { compared: 1, skipped: 0, faults: 0 })
    const state = (await redis.getBuffer(keys.state(SCOPE)))!
    // The lowest byte of the last item's known time, and another write.
    state[state.length - 1]! ^= 1
    state[9]! ^= 1
    await redis.set(keys.state(SCOPE), state)
    t.deepEqual(await checkIntegrity(deps, PARTITION), { compared: 1, skipped: 0, faults: 1 })
    t.deepEqual(faults, ['differs'])
  })
}
