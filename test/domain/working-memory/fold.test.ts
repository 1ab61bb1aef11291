import test, { type ExecutionContext } from 'ava'
import { foldWorkingMemory, type SeedReason } from '../../../domain/working-memory/fold.ts'
import { CAPACITY } from '../../../domain/working-memory/working-memory.ts'
import { SimulatedNamespace } from './simulated-namespace.ts'

const RANK = 256

/** Lets `change` happen to a namespace with `already` memories and folds its record over what was held before. */
function after(already: number, change: (namespace: SimulatedNamespace, ids: readonly string[]) => void) {
  const namespace = new SimulatedNamespace()
  const ids = Array.from({ length: already }, (_, i) => namespace.remember({ content: `note ${i}`, keyId: `k${i}` }))
  const held = namespace.seed()
  change(namespace, ids)
  const [event, ...more] = namespace.events(held.position + 1, namespace.offset)
  if (event === undefined || more.length > 0) throw new Error('One record is meant to happen')
  return { namespace, held, result: foldWorkingMemory(held, event) }
}

function folds(t: ExecutionContext, { namespace, result }: ReturnType<typeof after>): void {
  t.deepEqual(result, { outcome: 'folded', state: namespace.seed() })
}

function needsSeed(t: ExecutionContext, { result }: ReturnType<typeof after>, reason: SeedReason): void {
  t.deepEqual(result, { outcome: 'seed-needed', reason })
}

test('while everything live is held, whatever leaves is simply gone', (t) => {
  for (const already of [1, CAPACITY - 1]) {
    const at = already - 1
    folds(
      t,
      after(already, (namespace, ids) => namespace.forget(ids[at]!)),
    )
    folds(
      t,
      after(already, (namespace) => namespace.erase(`k${at}`)),
    )
    folds(
      t,
      after(already, (namespace, ids) => namespace.remember({ content: 'x', importance: 1, supersedes: ids[at]! })),
    )
  }
})

test('when a held memory leaves and others may be beyond, a seed is needed', (t) => {
  needsSeed(
    t,
    after(CAPACITY, (namespace, ids) => namespace.forget(ids[3]!)),
    'left',
  )
  needsSeed(
    t,
    after(100, (namespace) => namespace.erase('k99')),
    'left',
  )
  needsSeed(
    t,
    after(100, (namespace, ids) => namespace.remember({ content: 'x', importance: 1, supersedes: ids[99]! })),
    'left',
  )
})

test('an exposure that leaves a full ρ needs a seed even if no item leaves', (t) => {
  needsSeed(
    t,
    after(RANK, (namespace, ids) => namespace.forget(ids[0]!)),
    'left',
  )
  folds(
    t,
    after(RANK + 1, (namespace, ids) => namespace.forget(ids[0]!)),
  )
  folds(
    t,
    after(RANK - 1, (namespace, ids) => namespace.forget(ids[0]!)),
  )
})

test('a correction takes the place of what it corrects when it outranks whatever was evicted', (t) => {
  folds(
    t,
    after(300, (namespace, ids) => namespace.remember({ content: 'corrected', supersedes: ids[299]! })),
  )
  folds(
    t,
    after(300, (namespace, ids) => namespace.remember({ content: 'corrected', supersedes: ids[0]! })),
  )
})

test('a correction without an encoding leaves a gap in a full ρ', (t) => {
  const correction = (which: number) => (namespace: SimulatedNamespace, ids: readonly string[]) => {
    namespace.remember({ content: '…', supersedes: ids[which]! })
  }
  needsSeed(t, after(RANK, correction(0)), 'left')
  folds(t, after(RANK - 1, correction(0)))
  folds(t, after(RANK + 1, correction(0)))
})

test('a memory without words is held but is no exposure', (t) => {
  const { namespace, held, result } = after(3, (space) => space.remember({ content: '🙂' }))
  t.deepEqual(result, { outcome: 'folded', state: namespace.seed() })
  t.true(result.outcome === 'folded' && result.state.items.length === 4 && result.state.factors === held.factors)
})

test('a restore always needs a seed', (t) => {
  const namespace = new SimulatedNamespace()
  const id = namespace.remember({ content: 'back again' })
  namespace.forget(id)
  const held = namespace.seed()
  namespace.restore(id)
  const [event] = namespace.events(namespace.offset, namespace.offset)
  t.deepEqual(foldWorkingMemory(held, event!), { outcome: 'seed-needed', reason: 'restored' })
})

test('a rehearsal raises what is held, and needs a seed for what may have been evicted', (t) => {
  folds(
    t,
    after(CAPACITY, (namespace, ids) => namespace.reinforce(ids[0]!)),
  )
  needsSeed(
    t,
    after(CAPACITY + 1, (namespace, ids) => namespace.reinforce(ids[0]!)),
    'rehearsed-beyond-held',
  )
  const { result } = after(10, (namespace, ids) => namespace.reinforce(ids[0]!))
  t.true(result.outcome === 'folded' && result.state.items[0]!.memoryId === 'm0')
})

test('feedback that it did not help rehearses nothing', (t) => {
  const { held, result } = after(CAPACITY + 1, (namespace, ids) => namespace.reinforce(ids[0]!, false))
  t.true(result.outcome === 'folded' && result.state.items === held.items)
})

test('a refused or repeated command moves the position only', (t) => {
  const { held, result } = after(3, (namespace) => namespace.forget('unknown'))
  t.deepEqual(result, { outcome: 'folded', state: { ...held, position: held.position + 1 } })
  const repeated = after(CAPACITY, (namespace) => namespace.repeat(0))
  t.true(repeated.result.outcome === 'folded' && repeated.result.state.items === repeated.held.items)
})

test('a record at or below the position changes nothing', (t) => {
  const namespace = new SimulatedNamespace()
  for (let i = 0; i < 3; i++) namespace.remember({ content: `note ${i}` })
  const held = namespace.seed()
  for (const event of namespace.events(0, namespace.offset)) {
    t.deepEqual(foldWorkingMemory(held, event), { outcome: 'folded', state: held })
  }
})

test('of equal priority the later record comes first, and stays when there is no room for both', (t) => {
  const namespace = new SimulatedNamespace()
  const ids = Array.from({ length: CAPACITY + 1 }, () =>
    namespace.remember({ content: 'same', importance: 0, later: -1 }),
  )
  const { items } = namespace.seed()
  t.is(new Set(items.map(({ priority }) => priority)).size, 1)
  t.deepEqual(
    items.map(({ memoryId }) => memoryId),
    ids.slice(1).reverse(),
  )
})

test('a tombstone is not remembered, but what it corrected stays corrected', (t) => {
  const namespace = new SimulatedNamespace()
  const first = namespace.remember({ content: 'the fare is 3', keyId: 'kept' })
  const held = namespace.seed()
  namespace.remember({ content: 'the fare is 4', keyId: 'gone', supersedes: first })
  namespace.destroyedKeys.add('gone')
  const [event] = namespace.events(held.position + 1, namespace.offset)
  t.deepEqual(foldWorkingMemory(held, event!), { outcome: 'folded', state: namespace.seed() })
  t.is(namespace.seed().items.length, 0)
})
