import test from 'ava'
import fc from 'fast-check'
import type { WorkingMemory } from '../../../domain/working-memory/working-memory.ts'
import { workingMemoryHash } from '../../../domain/working-memory/working-memory-hash.ts'
import { DataKeyMissingError } from '../../../projections/working-memory/data-key-missing-error.ts'
import { InProcessWorkingMemory } from '../../../projections/working-memory/in-process-working-memory.ts'
import { contentOf, happen, happening } from '../../domain/working-memory/arbitrary-story.ts'
import { SCOPE } from '../../domain/working-memory/simulated-namespace.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { SimulatedSource } from './simulated-source.ts'

function setUp(already: number, options: ConstructorParameters<typeof InProcessWorkingMemory>[1] = {}) {
  const source = new SimulatedSource()
  for (let i = 0; i < already; i++) source.namespace.remember({ content: `note ${i}`, keyId: `k${i}` })
  return { source, namespace: source.namespace, memory: new InProcessWorkingMemory(source, options) }
}

const stateOf = async (memory: InProcessWorkingMemory): Promise<WorkingMemory> => (await memory.latest(SCOPE)).state

test('a namespace is seeded at first use and folded forward afterwards', async (t) => {
  const { source, namespace, memory } = setUp(300)
  t.deepEqual(await stateOf(memory), namespace.seed())
  namespace.remember({ content: 'one more' })
  namespace.skip(3)
  t.deepEqual(await stateOf(memory), namespace.seed())
  t.is(source.count('liveRows'), 1)
  t.is(source.count('records'), 1)
})

test('a state that is new enough is answered without asking anything', async (t) => {
  const { source, namespace, memory } = setUp(5)
  await memory.at(SCOPE, namespace.offset)
  const calls = source.calls.length
  const result = await memory.at(SCOPE, 2)
  t.is(result.outcome === 'ready' && result.state.position, namespace.offset)
  t.is(source.calls.length, calls)
})

test('an offset that long-term memory has not folded is answered with how far it is', async (t) => {
  const { namespace, memory } = setUp(5)
  const result = await memory.at(SCOPE, namespace.offset + 1)
  t.is(result.outcome, 'behind')
  t.is(result.checkpoint.offset, namespace.offset)
})

test('it seeds again when the fold needs what is not held', async (t) => {
  const { source, namespace, memory } = setUp(300)
  await stateOf(memory)
  namespace.forget('m299')
  t.deepEqual(await stateOf(memory), namespace.seed())
  t.is(source.count('liveRows'), 2)
})

test('it seeds again when too far behind, after a restored log and for another fold version', async (t) => {
  const { source, namespace, memory } = setUp(5, { maxFoldedOffsets: 10 })
  await stateOf(memory)
  namespace.skip(11)
  await stateOf(memory)
  t.is(source.count('liveRows'), 2)
  namespace.skip(1)
  source.generation = 'b'.repeat(16)
  await stateOf(memory)
  t.is(source.count('liveRows'), 3)
  namespace.skip(1)
  source.foldVersion = 2
  await stateOf(memory)
  t.is(source.count('liveRows'), 4)
  t.is(source.count('records'), 0)
})

test('callers of one namespace take turns: many at once cause one seed', async (t) => {
  const { source, namespace, memory } = setUp(100)
  const states = await Promise.all(Array.from({ length: 20 }, () => stateOf(memory)))
  for (const state of states) t.is(state, states[0]!)
  t.is(source.count('liveRows'), 1)
  t.deepEqual(states[0], namespace.seed())
})

test('the least recently used namespace leaves, and comes back by a seed', async (t) => {
  const { source, memory } = setUp(3, { maxNamespaces: 2 })
  const scope = (namespace: string) => ({ ...SCOPE, namespace })
  await memory.latest(scope('a'))
  await memory.latest(scope('b'))
  await memory.latest(scope('a'))
  await memory.latest(scope('c'))
  t.is(memory.size, 2)
  t.is(source.count('liveRows'), 3)
  await memory.latest(scope('a'))
  t.is(source.count('liveRows'), 3)
  await memory.latest(scope('b'))
  t.is(source.count('liveRows'), 4)
})

test('a missing data key of an exposure stops a seed with a typed error, until the key is back', async (t) => {
  const { source, namespace, memory } = setUp(10)
  source.missingKeys.add('k3')
  const error = await t.throwsAsync(stateOf(memory), { instanceOf: DataKeyMissingError })
  t.is(error.keyId, 'k3')
  t.is(error.problem.code, 'key_missing')
  source.missingKeys.clear()
  t.deepEqual(await stateOf(memory), namespace.seed())
})

test('a missing data key of an item that is no exposure any more stops a seed too', async (t) => {
  const { source, namespace, memory } = setUp(1)
  for (let i = 0; i < 20; i++) namespace.reinforce('m0')
  for (let i = 0; i < 256; i++) namespace.remember({ content: `later ${i}` })
  t.true(namespace.seed().items.some(({ memoryId }) => memoryId === 'm0'))
  source.missingKeys.add('k0')
  for (const row of namespace.rows.values())
    if (row.memoryId !== 'm0') namespace.rows.set(row.memoryId, { ...row, keyId: 'x' })
  const error = await t.throwsAsync(stateOf(memory), { instanceOf: DataKeyMissingError })
  t.is(error.keyId, 'k0')
})

test('a missing data key stops a fold, and what was held stays as it was', async (t) => {
  const { source, namespace, memory } = setUp(3)
  const before = await stateOf(memory)
  namespace.remember({ content: 'unreadable', keyId: 'lost' })
  source.missingKeys.add('lost')
  await t.throwsAsync(stateOf(memory), { instanceOf: DataKeyMissingError })
  const held = await memory.at(SCOPE, before.position)
  t.is(held.outcome === 'ready' && held.state, before)
  source.missingKeys.clear()
  t.deepEqual(await stateOf(memory), namespace.seed())
})

test('what lies under a destroyed key is a tombstone, in a seed and in a fold', async (t) => {
  const { source, namespace, memory } = setUp(100)
  namespace.destroyedKeys.add('k99')
  namespace.destroyedKeys.add('k50')
  const seeded = await stateOf(memory)
  t.deepEqual(seeded, namespace.seed())
  t.false(seeded.items.some(({ memoryId }) => memoryId === 'm99'))
  namespace.remember({ content: 'erased before it was folded', keyId: 'k99' })
  t.deepEqual(await stateOf(memory), namespace.seed())
  t.is(source.count('records'), 1)
})

test('tombstones among the held make room for what comes after them', async (t) => {
  const { namespace, memory } = setUp(400)
  for (let i = 300; i < 400; i++) namespace.destroyedKeys.add(`k${i}`)
  const state = await stateOf(memory)
  t.deepEqual(state, namespace.seed())
  t.is(state.items.length, 64)
  t.is(state.factors.length, 256)
})

test('contents without an encoding make room for older exposures', async (t) => {
  const { namespace, memory } = setUp(300)
  for (let i = 0; i < 600; i++) namespace.remember({ content: '…' })
  const state = await stateOf(memory)
  t.is(state.factors.length, 256)
  t.deepEqual(state, namespace.seed())
})

test('a seed adopts the checkpoint of its own read', async (t) => {
  const { source, namespace, memory } = setUp(5)
  source.beforeLiveRows = () => {
    namespace.remember({ content: 'between the reads' })
    source.beforeLiveRows = () => undefined
  }
  t.deepEqual(await stateOf(memory), namespace.seed())
})

test('a source that does not answer fails that caller only', async (t) => {
  for (const call of ['checkpoint', 'liveRows', 'open', 'keyStates']) {
    const { source, namespace, memory } = setUp(5)
    source.failing = call
    const [first, second] = await Promise.allSettled([memory.at(SCOPE, 1), memory.at(SCOPE, 1)])
    t.is(first.status, 'rejected', call)
    t.is(second.status, 'fulfilled', call)
    t.deepEqual(await stateOf(memory), namespace.seed())
  }
})

test('an empty namespace has an empty working memory', async (t) => {
  const { memory } = setUp(0)
  t.deepEqual(await stateOf(memory), { position: -1, items: [], factors: [] })
})

test('whatever happens, a process that was there all along and one that begins now agree', async (t) => {
  const kept = happening.filter((one) => one.do !== 'erase')
  const batches = fc.array(fc.array(kept, { maxLength: 20 }), { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(0, 60, 260), batches, async (already, all) => {
      const { source, namespace, memory } = setUp(0)
      for (let i = 0; i < already; i++) namespace.remember({ content: contentOf(1 + (i % 30)) })
      for (const batch of all) {
        for (const one of batch) happen(namespace, one)
        const fresh = await new InProcessWorkingMemory(source).latest(SCOPE)
        t.is(workingMemoryHash(await stateOf(memory)), workingMemoryHash(fresh.state))
      }
    }),
    { numRuns: propertyRuns(60), verbose: 1 },
  )
})
