import { setImmediate as nextTurn } from 'node:timers/promises'
import test from 'ava'
import { scopeKey } from '../../../domain/names.ts'
import type { Factor } from '../../../domain/working-memory/working-memory.ts'
import type { StoredNamespace } from '../../../projections/ports/working-memory-store.ts'
import { checkIntegrity } from '../../../projections/working-memory/integrity-check.ts'
import { NEIGHBOUR, PARTITION, SCOPE } from '../../contract/working-memory-states.ts'
import { InMemoryWorkingMemoryStore } from '../../support/in-memory-working-memory-store.ts'
import { projectorOf } from './fold-world.ts'
import { FoldedWorld } from './folded-world.ts'

async function setUp() {
  const world = new FoldedWorld(SCOPE)
  const store = new InMemoryWorkingMemoryStore(world.keys)
  const { projector } = projectorOf(world, store)
  const fold = async (): Promise<void> => {
    await world.foldLongTerm()
    await projector.take(PARTITION)
    await projector.catchUp(PARTITION)
  }
  await fold()
  for (let n = 0; n < 300; n++) world.remember(n % 3 === 0 ? NEIGHBOUR : SCOPE, { content: `note ${n} of ${n % 7}` })
  await fold()
  const faults: string[] = []
  const check = () =>
    checkIntegrity(
      {
        reader: store,
        source: world.feed,
        pause: () => nextTurn(),
        onFault: (scope, fault) => faults.push(`${scopeKey(scope)} ${fault}`),
      },
      PARTITION,
    )
  return { world, store, fold, faults, check }
}

/** Exchanges what the store gives out. */
function damage(store: InMemoryWorkingMemoryStore, alter: (factors: readonly Factor[]) => readonly Factor[]): void {
  const read = store.read.bind(store)
  store.read = async (scope): Promise<StoredNamespace> => {
    const found = await read(scope)
    if (found.outcome !== 'held' || scope.namespace !== SCOPE.namespace) return found
    const memory = { ...found.state.memory, factors: alter(found.state.memory.factors) }
    return { ...found, state: { ...found.state, memory } }
  }
}

test('what was folded is found to be what the live rows make, bit for bit', async (t) => {
  const { faults, check } = await setUp()
  t.deepEqual(await check(), { compared: 2, skipped: 0, faults: 0 })
  t.deepEqual(faults, [])
})

test('one sum that is off by one is found', async (t) => {
  const { store, faults, check } = await setUp()
  damage(store, (factors) => factors.map((one, i) => (i === 5 ? { ...one, sums: offByOne(one.sums) } : one)))
  t.deepEqual(await check(), { compared: 2, skipped: 0, faults: 1 })
  t.deepEqual(faults, [`${scopeKey(SCOPE)} differs`])
})

function offByOne(sums: Int16Array): Int16Array {
  const altered = Int16Array.from(sums)
  altered[17]! += 1
  return altered
}

test('an exposure that is missing is found', async (t) => {
  const { store, faults, check } = await setUp()
  damage(store, (factors) => factors.slice(1))
  await check()
  t.deepEqual(faults, [`${scopeKey(SCOPE)} differs`])
})

test('a store that is behind long-term memory is waited for', async (t) => {
  const { world, fold, check } = await setUp()
  world.remember(SCOPE, { content: 'one more' })
  await world.foldLongTerm()
  const checking = check()
  await nextTurn()
  await fold()
  t.deepEqual(await checking, { compared: 2, skipped: 0, faults: 0 })
})

test('a store that stays behind is no fault: nothing stands at one position', async (t) => {
  const { world, check } = await setUp()
  world.remember(SCOPE, { content: 'one more' })
  await world.foldLongTerm()
  t.deepEqual(await check(), { compared: 0, skipped: 2, faults: 0 })
})

test('what was made from another generation is not compared', async (t) => {
  const { store, faults, check } = await setUp()
  const read = store.read.bind(store)
  store.read = async (scope) => {
    const found = await read(scope)
    return found.outcome === 'held' ? { ...found, state: { ...found.state, generation: 'ff'.repeat(8) } } : found
  }
  t.deepEqual(await check(), { compared: 0, skipped: 2, faults: 0 })
  t.deepEqual(faults, [])
})
