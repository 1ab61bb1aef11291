import { setImmediate as nextTurn } from 'node:timers/promises'
import test from 'ava'
import { DataKeyMissingError } from '../../../projections/working-memory/data-key-missing-error.ts'
import { seedFromSource } from '../../../projections/working-memory/seed-from-source.ts'
import { StoredWorkingMemory } from '../../../projections/working-memory/stored-working-memory.ts'
import type { WorkingMemoryFeed } from '../../../projections/working-memory/working-memory-source.ts'
import { keyIdOf, NEIGHBOUR, PARTITION, SCOPE } from '../../contract/working-memory-states.ts'
import { InMemoryWorkingMemoryStore } from '../../support/in-memory-working-memory-store.ts'
import { projectorOf } from './fold-world.ts'
import { FoldedWorld } from './folded-world.ts'

function setUp() {
  const world = new FoldedWorld(SCOPE)
  const store = new InMemoryWorkingMemoryStore(world.keys)
  let seeds = 0
  const source: WorkingMemoryFeed = {
    ...world.feed,
    liveRows: (...asked) => {
      seeds += 1
      return world.feed.liveRows(...asked)
    },
  }
  const memory = new StoredWorkingMemory(store, source, { pause: () => nextTurn(), polls: 5 })
  const { projector } = projectorOf(world, store)
  const fold = async (): Promise<void> => {
    await world.foldLongTerm()
    await projector.take(PARTITION)
    await projector.catchUp(PARTITION)
  }
  return { world, store, memory, fold, seeds: () => seeds }
}

test('what the store holds is answered at the position that the store has passed', async (t) => {
  const { world, memory, fold } = setUp()
  await fold()
  world.remember(SCOPE, { content: 'first' })
  await fold()
  world.remember(NEIGHBOUR, { content: 'elsewhere' })
  await fold()
  const { state, checkpoint } = await memory.latest(SCOPE)
  t.deepEqual(state, (await seedFromSource(world.feed, SCOPE)).state)
  t.is(state.position, world.head)
  t.is(checkpoint.generation, 'a1'.repeat(8))
  const again = await memory.latest(SCOPE)
  t.is(again.state.factors, state.factors, 'what was computed from it stays good')
})

test('what the store does not hold is seeded once, and kept while nothing touches it', async (t) => {
  const { world, memory, fold, seeds } = setUp()
  for (let n = 0; n < 5; n++) world.remember(SCOPE, { content: `note ${n}` })
  await fold()
  const [first] = await Promise.all([memory.latest(SCOPE), memory.latest(SCOPE)])
  t.deepEqual(first.state, (await seedFromSource(world.feed, SCOPE)).state)
  world.remember(NEIGHBOUR, { content: 'elsewhere' })
  await fold()
  const second = await memory.latest(SCOPE)
  t.is(second.state.position, world.head)
  t.is(second.state.factors, first.state.factors)
  t.is(seeds(), 1)
  world.remember(SCOPE, { content: 'touched' })
  await fold()
  t.deepEqual((await memory.latest(SCOPE)).state, (await seedFromSource(world.feed, SCOPE)).state)
})

test('a seed of before the store was filled anew is not taken for the present', async (t) => {
  const { world, store, memory, fold } = setUp()
  world.remember(SCOPE, { content: 'first' })
  await fold()
  await memory.latest(SCOPE)
  store.lose()
  world.remember(SCOPE, { content: 'while the store was empty' })
  await fold()
  const { state } = await memory.latest(SCOPE)
  t.is(state.items.length, 2)
  t.deepEqual(state, (await seedFromSource(world.feed, SCOPE)).state)
})

test('a destroyed key of what is held is answered by a seed without it', async (t) => {
  const { world, memory, fold } = setUp()
  await fold()
  world.remember(SCOPE, { content: 'kept' })
  world.remember(SCOPE, { content: 'gone', keyId: keyIdOf('gone') })
  await fold()
  world.keys.destroyed.add(keyIdOf('gone'))
  const { state } = await memory.latest(SCOPE)
  t.is(state.items.length, 1)
  t.deepEqual(state, (await seedFromSource(world.feed, SCOPE)).state)
})

test('a missing key is an error with its name, in what is held and in a seed', async (t) => {
  const { world, store, memory, fold } = setUp()
  await fold()
  world.remember(SCOPE, { content: 'lost', keyId: keyIdOf('lost') })
  await fold()
  world.keys.missing.add(keyIdOf('lost'))
  t.is((await t.throwsAsync(memory.latest(SCOPE), { instanceOf: DataKeyMissingError })).keyId, keyIdOf('lost'))
  store.lose()
  await t.throwsAsync(memory.latest(SCOPE), { instanceOf: DataKeyMissingError })
  world.keys.missing.clear()
  t.is((await memory.latest(SCOPE)).state.items.length, 1)
})

test('a store that does not answer fails the read', async (t) => {
  const { store, memory } = setUp()
  store.read = () => Promise.reject(new Error('connection refused'))
  await t.throwsAsync(memory.latest(SCOPE), { message: 'connection refused' })
})

test('a reader may wait until the store has what long-term memory has, but not for ever', async (t) => {
  const { world, memory, fold } = setUp()
  await fold()
  world.remember(SCOPE, { content: 'first' })
  await world.foldLongTerm()
  t.false(await memory.caughtUp(SCOPE))
  const waiting = memory.caughtUp(SCOPE)
  await fold()
  t.true(await waiting)
})
