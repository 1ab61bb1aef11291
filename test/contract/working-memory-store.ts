import test, { type ExecutionContext } from 'ava'
import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { Factor } from '../../domain/working-memory/working-memory.ts'
import type {
  NamespaceChange,
  NamespaceState,
  WorkingMemoryStore,
  WorkingMemoryStoreReader,
} from '../../projections/ports/working-memory-store.ts'
import type { TestDataKeys } from '../support/test-data-keys.ts'
import { checkpointAt } from './long-term-rows.ts'
import { keyIdOf, loadedState, NEIGHBOUR, namespaceState, PARTITION, SCOPE, statesOf } from './working-memory-states.ts'

/** An empty store for one test. */
export interface OpenWorkingMemoryStore {
  readonly store: WorkingMemoryStore
  readonly reader: WorkingMemoryStoreReader
  /** What the store seals exposures under. */
  readonly keys: TestDataKeys
  /** The store loses all that it holds. */
  lose(): Promise<void>
  close(): Promise<void>
}

export interface WorkingMemoryStoreAdapter {
  readonly name: string
  open(): Promise<OpenWorkingMemoryStore>
}

type Run = (t: ExecutionContext, opened: OpenWorkingMemoryStore) => Promise<void>

export const testWith = (adapter: WorkingMemoryStoreAdapter, title: string, run: Run): void =>
  test(`${adapter.name}: ${title}`, async (t) => {
    const opened = await adapter.open()
    try {
      await run(t, opened)
    } finally {
      await opened.close()
    }
  })

/** What every {@link WorkingMemoryStore} promises of its states; `working-memory-move.ts` has what it promises of moves. */
export function testWorkingMemoryStore(adapter: WorkingMemoryStoreAdapter): void {
  testWith(adapter, 'a partition that was never begun is at offset -1 and holds nothing', neverBegun)
  testWith(adapter, 'a namespace is loaded, and read, as it was moved', loadsWhatMoved)
  testWith(adapter, 'what a batch changed is written over what stands, the rest stays', writesDifference)
  testWith(adapter, 'a namespace that changed without what stands replaces it whole', replaces)
  testWith(adapter, 'each namespace has a position of its own', ownPositions)
  testWith(adapter, 'the namespaces that are held are listed', lists)
  testWith(adapter, 'a namespace that did not change is read as the same object', sameObject)
  testWith(adapter, 'a namespace with a destroyed or missing data key says so', keys)
  testWith(adapter, 'a halted namespace names its missing key until the next move', halts)
  testWith(adapter, 'what is absent names the filling of the store that it is absent from', beginnings)
  testWith(adapter, 'what the store lost is absent, and can be begun anew', losesAll)
}

export const changed = (
  after: NamespaceState<Factor>,
  before: NamespaceState | null = null,
  scope = SCOPE,
): NamespaceChange => ({ scope, before, after })

/** Moves the partition from wherever it is to `offset`. */
export async function moveTo(
  store: WorkingMemoryStore,
  offset: number,
  ...changes: readonly NamespaceChange[]
): Promise<Checkpoint> {
  const { checkpoint: from, revision } = await store.load(PARTITION, [])
  const to = checkpointAt(from, offset)
  const move = await store.move(PARTITION, { revision, from, to, changes })
  if (move.outcome !== 'moved') throw new Error(`The store answered ${move.outcome}`)
  return to
}

async function neverBegun(t: ExecutionContext, { store, reader }: OpenWorkingMemoryStore): Promise<void> {
  const { checkpoint, namespaces } = await store.load(PARTITION, [SCOPE])
  t.is(checkpoint.offset, -1)
  t.is(checkpoint.lastCommandId, null)
  t.deepEqual(namespaces, [null])
  t.deepEqual(await reader.checkpoint(PARTITION), checkpoint)
  t.deepEqual(await reader.read(SCOPE), { outcome: 'absent', checkpoint, beginning: null })
  t.deepEqual(await reader.namespaces(PARTITION), [])
}

async function loadsWhatMoved(t: ExecutionContext, { store, reader }: OpenWorkingMemoryStore): Promise<void> {
  for (const count of [1, 300]) {
    const state = namespaceState(statesOf(0, count))
    const checkpoint = await moveTo(store, count, changed(state))
    const loaded = await store.load(PARTITION, [NEIGHBOUR, SCOPE])
    t.deepEqual(loaded.checkpoint, checkpoint)
    t.deepEqual(loaded.namespaces[0], null)
    t.deepEqual(loadedState(state), strippedOf(loaded.namespaces[1]!))
    t.deepEqual(await reader.read(SCOPE), { outcome: 'held', checkpoint, state })
  }
}

/** A store may give more of an exposure than it has to. */
const strippedOf = (state: NamespaceState): NamespaceState => loadedState(state as NamespaceState<Factor>)

async function writesDifference(t: ExecutionContext, { store, reader }: OpenWorkingMemoryStore): Promise<void> {
  let memory = statesOf(0, 250)
  await moveTo(store, 249, changed(namespaceState(memory)))
  for (const [first, count] of [
    [250, 1],
    [251, 10],
    [261, 100],
    [361, 400],
  ] as const) {
    const [before] = (await store.load(PARTITION, [SCOPE])).namespaces
    memory = statesOf(first, count, memory)
    // Of what stands the sums are not handed over once more.
    const known = new Set(before!.memory.factors.map(({ offset }) => offset))
    const factors = memory.factors.map((one) => (known.has(one.offset) ? loadedHead(one) : one))
    const after = { ...namespaceState(memory), memory: { ...memory, factors } }
    const checkpoint = await moveTo(store, first + count - 1, { scope: SCOPE, before: before!, after })
    t.deepEqual(await reader.read(SCOPE), { outcome: 'held', checkpoint, state: namespaceState(memory) })
  }
}

const loadedHead = ({ memoryId, offset, keyId }: Factor) => ({ memoryId, offset, keyId })

async function replaces(t: ExecutionContext, { store, reader }: OpenWorkingMemoryStore): Promise<void> {
  await moveTo(store, 99, changed(namespaceState(statesOf(0, 100))))
  const state = { ...namespaceState(statesOf(40, 5)), generation: '00000000000000b2' }
  const checkpoint = await moveTo(store, 100, changed(state))
  t.deepEqual(await reader.read(SCOPE), { outcome: 'held', checkpoint, state })
}

async function ownPositions(t: ExecutionContext, { store, reader }: OpenWorkingMemoryStore): Promise<void> {
  const ahead = namespaceState({ ...statesOf(0, 3), position: 1_000 })
  await moveTo(store, 5, changed(ahead))
  const neighbour = namespaceState(statesOf(6, 2))
  const checkpoint = await moveTo(store, 7, changed(neighbour, null, NEIGHBOUR))
  t.deepEqual(await reader.read(SCOPE), { outcome: 'held', checkpoint, state: ahead })
  t.deepEqual(await reader.read(NEIGHBOUR), { outcome: 'held', checkpoint, state: neighbour })
}

async function lists(t: ExecutionContext, { store, reader }: OpenWorkingMemoryStore): Promise<void> {
  await moveTo(store, 0, changed(namespaceState(statesOf(0, 1))))
  t.deepEqual(await reader.namespaces(PARTITION), [SCOPE])
  await moveTo(store, 1, changed(namespaceState(statesOf(1, 1)), null, NEIGHBOUR))
  const held = await reader.namespaces(PARTITION)
  t.deepEqual(new Set(held.map(({ namespace }) => namespace)), new Set([SCOPE.namespace, NEIGHBOUR.namespace]))
  t.deepEqual(await reader.namespaces((PARTITION + 1) % 12), [])
}

async function sameObject(t: ExecutionContext, { store, reader }: OpenWorkingMemoryStore): Promise<void> {
  const state = namespaceState(statesOf(0, 3))
  await moveTo(store, 2, changed(state))
  const first = await reader.read(SCOPE)
  await moveTo(store, 3, changed(namespaceState(statesOf(3, 1)), null, NEIGHBOUR))
  const second = await reader.read(SCOPE)
  t.true(first.outcome === 'held' && second.outcome === 'held' && first.state === second.state)
  const next = namespaceState(statesOf(4, 1, state.memory))
  await moveTo(store, 4, changed(next, loadedState(state)))
  const third = await reader.read(SCOPE)
  t.deepEqual(third.outcome === 'held' ? third.state : null, next)
}

async function keys(t: ExecutionContext, { store, reader, keys }: OpenWorkingMemoryStore): Promise<void> {
  const checkpoint = await moveTo(store, 5, changed(namespaceState(statesOf(0, 6))))
  keys.destroyed.add(keyIdOf('key 1'))
  t.deepEqual(await reader.read(SCOPE), { outcome: 'key-destroyed', checkpoint })
  keys.missing.add(keyIdOf('key 2'))
  t.deepEqual(await reader.read(SCOPE), { outcome: 'key-missing', checkpoint, keyId: keyIdOf('key 2') })
  // Who folds needs no key of what is held already.
  t.is((await store.load(PARTITION, [SCOPE])).namespaces[0]!.memory.factors.length, 6)
}

async function halts(t: ExecutionContext, { store, reader }: OpenWorkingMemoryStore): Promise<void> {
  const state = namespaceState(statesOf(0, 1))
  const checkpoint = await moveTo(store, 0, changed(state))
  await store.halt(PARTITION, { scope: SCOPE, keyId: keyIdOf('lost') })
  t.deepEqual(await reader.read(SCOPE), { outcome: 'key-missing', checkpoint, keyId: keyIdOf('lost') })
  t.is((await reader.read(NEIGHBOUR)).outcome, 'absent')
  t.deepEqual(await reader.read(SCOPE), { outcome: 'key-missing', checkpoint, keyId: keyIdOf('lost') })
  await moveTo(store, 1)
  t.is((await reader.read(SCOPE)).outcome, 'held')
}

async function losesAll(t: ExecutionContext, opened: OpenWorkingMemoryStore): Promise<void> {
  const { store, reader } = opened
  await moveTo(store, 5, changed(namespaceState(statesOf(0, 6))))
  await opened.lose()
  t.is((await reader.read(SCOPE)).outcome, 'absent')
  const { checkpoint, namespaces } = await store.load(PARTITION, [SCOPE])
  t.is(checkpoint.offset, -1)
  t.deepEqual(namespaces, [null])
  const again = await moveTo(store, 9)
  const absent = await reader.read(SCOPE)
  t.deepEqual(absent.checkpoint, again)
  t.is(absent.outcome, 'absent')
  const state = namespaceState(statesOf(10, 2))
  await moveTo(store, 11, changed(state))
  const read = await reader.read(SCOPE)
  t.deepEqual(read.outcome === 'held' ? read.state : null, state)
}

async function beginnings(t: ExecutionContext, opened: OpenWorkingMemoryStore): Promise<void> {
  const { store, reader } = opened
  const beginning = async (): Promise<string | null> => {
    const read = await reader.read(NEIGHBOUR)
    return read.outcome === 'absent' ? read.beginning : null
  }
  await moveTo(store, 3)
  const first = await beginning()
  t.not(first, null)
  await moveTo(store, 4, changed(namespaceState(statesOf(4, 1))))
  t.is(await beginning(), first)
  await opened.lose()
  await moveTo(store, 4)
  t.not(await beginning(), first)
}
