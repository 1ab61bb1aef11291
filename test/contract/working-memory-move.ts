import type { ExecutionContext } from 'ava'
import fc from 'fast-check'
import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { NamespaceChange, WorkingMemoryStore } from '../../projections/ports/working-memory-store.ts'
import { checkpointAt, uuidOf } from './long-term-rows.ts'
import { loadedState, NEIGHBOUR, namespaceState, PARTITION, SCOPE, statesOf } from './working-memory-states.ts'
import {
  changed,
  moveTo,
  type OpenWorkingMemoryStore,
  testWith,
  type WorkingMemoryStoreAdapter,
} from './working-memory-store.ts'

/** What every {@link WorkingMemoryStore} promises of moving its checkpoints. */
export function testWorkingMemoryMove(adapter: WorkingMemoryStoreAdapter): void {
  testWith(adapter, 'a move that is repeated writes nothing', repeats)
  testWith(adapter, 'a move from beyond the checkpoint is behind', behind)
  testWith(adapter, 'a move from another command or generation at the same offset is another log', otherLog)
  testWith(adapter, 'a move by another fold version is refused', otherVersion)
  testWith(adapter, 'a move from a state that is gone is behind, though the checkpoint is the same', otherGround)
  testWith(adapter, 'when an exposure cannot be written nothing of the batch stays', allOrNothing)
  testWith(adapter, 'of folders that race for a batch one moves, and its states stand whole', races)
  testWith(adapter, 'whatever is tried, a move succeeds from where the store is and from nowhere else', anyMoves)
}

const STATE = namespaceState(statesOf(0, 4))
const OTHER = namespaceState(statesOf(100, 2))

async function twoMoves(store: WorkingMemoryStore) {
  const none = await store.load(PARTITION, [])
  const one = await moveTo(store, 3, changed(STATE))
  const first = await store.load(PARTITION, [])
  const two = await moveTo(store, 5)
  return { none, one, first, two }
}

const heldIn = async ({ reader }: OpenWorkingMemoryStore): Promise<unknown> => {
  const read = await reader.read(SCOPE)
  return read.outcome === 'held' ? read.state : read.outcome
}

async function repeats(t: ExecutionContext, opened: OpenWorkingMemoryStore): Promise<void> {
  const { store } = opened
  const { none, one, first, two } = await twoMoves(store)
  const changes = [changed(OTHER)]
  const again = await store.move(PARTITION, { revision: first.revision, from: one, to: two, changes })
  t.deepEqual(again, { outcome: 'already-applied', checkpoint: two })
  const older = await store.move(PARTITION, { revision: none.revision, from: none.checkpoint, to: one, changes })
  t.deepEqual(older, { outcome: 'already-applied', checkpoint: two })
  t.deepEqual(await heldIn(opened), STATE)
}

async function behind(t: ExecutionContext, opened: OpenWorkingMemoryStore): Promise<void> {
  const { store } = opened
  const { two } = await twoMoves(store)
  const { revision } = await store.load(PARTITION, [])
  const [from, to] = [checkpointAt(two, 8), checkpointAt(two, 9)]
  const move = await store.move(PARTITION, { revision, from, to, changes: [changed(OTHER)] })
  t.deepEqual(move, { outcome: 'behind', checkpoint: two })
  t.deepEqual(await heldIn(opened), STATE)
}

async function otherLog(t: ExecutionContext, opened: OpenWorkingMemoryStore): Promise<void> {
  const { store } = opened
  const { two } = await twoMoves(store)
  const { revision } = await store.load(PARTITION, [])
  const { generation } = checkpointAt(two, 5, 'another log')
  for (const from of [
    { ...two, lastCommandId: uuidOf('another command') },
    { ...two, generation },
  ]) {
    const request = { revision, from, to: checkpointAt(two, 6), changes: [changed(OTHER)] }
    t.deepEqual(await store.move(PARTITION, request), { outcome: 'other-log', checkpoint: two })
  }
  t.deepEqual(await heldIn(opened), STATE)
}

async function otherVersion(t: ExecutionContext, opened: OpenWorkingMemoryStore): Promise<void> {
  const { store } = opened
  const { two } = await twoMoves(store)
  const { revision } = await store.load(PARTITION, [])
  const foldVersion = two.foldVersion + 1
  const request = { from: { ...two, foldVersion }, to: { ...checkpointAt(two, 6), foldVersion } }
  const move = await store.move(PARTITION, { revision, ...request, changes: [changed(OTHER)] })
  t.deepEqual(move, { outcome: 'other-version', checkpoint: two })
  t.deepEqual(await heldIn(opened), STATE)
}

/** A folder sleeps, the store is emptied, and another begins it at the very checkpoint that the sleeper knows. */
async function otherGround(t: ExecutionContext, opened: OpenWorkingMemoryStore): Promise<void> {
  const { store } = opened
  const from = await moveTo(store, 3, changed(STATE))
  const { revision } = await store.load(PARTITION, [])
  await opened.lose()
  await moveTo(store, 3)
  const after = namespaceState(statesOf(4, 1, STATE.memory))
  const changes = [changed(after, loadedState(STATE))]
  const move = await store.move(PARTITION, { revision, from, to: checkpointAt(from, 4), changes })
  t.deepEqual(move, { outcome: 'behind', checkpoint: from })
  t.is(await heldIn(opened), 'absent')
}

async function allOrNothing(t: ExecutionContext, opened: OpenWorkingMemoryStore): Promise<void> {
  const { store, reader } = opened
  const { two } = await twoMoves(store)
  const { revision } = await store.load(PARTITION, [])
  const bare = { ...OTHER, memory: { ...OTHER.memory, factors: loadedState(OTHER).memory.factors } }
  const changes: NamespaceChange[] = [
    changed(OTHER, null, NEIGHBOUR),
    { scope: SCOPE, before: loadedState(STATE), after: bare },
  ]
  const request = { revision, from: two, to: checkpointAt(two, 6), changes }
  await t.throwsAsync(store.move(PARTITION, request), { instanceOf: TypeError })
  t.deepEqual(await reader.checkpoint(PARTITION), two)
  t.is((await reader.read(NEIGHBOUR)).outcome, 'absent')
  t.deepEqual(await heldIn(opened), STATE)
}

async function races(t: ExecutionContext, opened: OpenWorkingMemoryStore): Promise<void> {
  const { store, reader } = opened
  const { checkpoint: from, revision } = await store.load(PARTITION, [])
  const to = checkpointAt(from, 500)
  const rivals = [0, 1, 2, 3].map((n) => namespaceState(statesOf(n * 100, 90)))
  const moves = await Promise.all(
    rivals.map((state) => {
      const changes = [changed(state), changed(state, null, NEIGHBOUR)]
      return store.move(PARTITION, { revision, from, to, changes })
    }),
  )
  const winners = moves.flatMap(({ outcome }, i) => (outcome === 'moved' ? i : []))
  t.is(winners.length, 1)
  t.is(moves.filter(({ outcome }) => outcome === 'already-applied').length, 3)
  for (const scope of [SCOPE, NEIGHBOUR]) {
    const read = await reader.read(scope)
    t.deepEqual(read.outcome === 'held' ? read.state : null, rivals[winners[0]!])
  }
}

async function anyMoves(t: ExecutionContext, { store, reader }: OpenWorkingMemoryStore): Promise<void> {
  const attempt = fc.record({ shift: fc.integer({ min: -3, max: 3 }), length: fc.integer({ min: 1, max: 5 }) })
  const none = (await store.load(PARTITION, [])).checkpoint
  const at = (offset: number): Checkpoint => (offset < 0 ? none : checkpointAt(none, offset))
  let folded = -1
  await fc.assert(
    fc.asyncProperty(fc.array(attempt, { maxLength: 10 }), async (attempts) => {
      for (const { shift, length } of attempts) {
        const { revision } = await store.load(PARTITION, [])
        const from = Math.max(-1, folded + shift)
        const request = { revision, from: at(from), to: at(from + length), changes: [] }
        const move = await store.move(PARTITION, request)
        t.is(move.outcome === 'moved', from === folded)
        if (move.outcome === 'moved') folded = from + length
        t.is((await reader.checkpoint(PARTITION)).offset, folded)
      }
    }),
    { numRuns: 30 },
  )
  t.true(folded > 10)
}
