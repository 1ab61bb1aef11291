import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import type { Checkpoint } from '../../domain/checkpoint.ts'
import type { LongTermStore } from '../../projections/ports/long-term-store.ts'
import {
  ACME,
  checkpointAt,
  memoryAt,
  NO_CHANGES,
  namespaceRow,
  PARTITION,
  remembered,
  uuidOf,
} from './long-term-rows.ts'
import type { StoreAdapter } from './long-term-store.ts'

/** What every {@link LongTermStore} promises about moving its checkpoints. */
export function testLongTermMove(adapter: StoreAdapter): void {
  const withStore =
    (run: (t: ExecutionContext, store: LongTermStore) => Promise<void>) => async (t: ExecutionContext) => {
      const { store, close } = await adapter.open()
      try {
        await run(t, store)
      } finally {
        await close()
      }
    }

  test(`${adapter.name}: a partition that was never folded is at offset -1`, withStore(neverFolded))
  test(`${adapter.name}: a move is seen by the next checkpoint, other partitions are not`, withStore(movesOne))
  test(`${adapter.name}: a move that is repeated writes nothing`, withStore(repeats))
  test(`${adapter.name}: a move from beyond the checkpoint is behind`, withStore(behind))
  test(`${adapter.name}: a move from another command at the same offset is another log`, withStore(otherCommand))
  test(`${adapter.name}: a move from another generation at the same offset is another log`, withStore(otherGeneration))
  test(`${adapter.name}: a move by another fold version is refused`, withStore(otherVersion))
  test(`${adapter.name}: a move that overlaps what is folded writes nothing`, withStore(overlaps))
  test(`${adapter.name}: when a row cannot be written nothing of the batch stays`, withStore(allOrNothing))
  test(`${adapter.name}: of two folders that race for a batch one moves`, withStore(races))
  test(`${adapter.name}: whatever is tried, each offset is written at most once and in order`, withStore(anyMoves))
}

const offsetsIn = async (store: LongTermStore, offsets: readonly number[]): Promise<readonly number[]> => {
  const memoryIds = offsets.map((offset) => memoryAt(offset).memoryId)
  const state = await store.load({ commandIds: [], memoryIds, links: [], scopes: [] })
  return state.memories.map(({ offset }) => offset)
}

/** Folds offset 0 and 1, and returns the checkpoints before, between and after. */
async function foldTwo(store: LongTermStore): Promise<readonly [Checkpoint, Checkpoint, Checkpoint]> {
  const none = await store.checkpoint(PARTITION)
  const one = checkpointAt(none, 0)
  const two = checkpointAt(none, 1)
  await store.move(PARTITION, none, one, remembered([0]))
  await store.move(PARTITION, one, two, remembered([1]))
  return [none, one, two]
}

async function neverFolded(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const checkpoint = await store.checkpoint(PARTITION)
  t.is(checkpoint.offset, -1)
  t.is(checkpoint.lastCommandId, null)
  t.is(checkpoint.knownTime, 0)
}

async function movesOne(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const other = (PARTITION + 1) % 12
  const [none, , two] = await foldTwo(store)
  t.deepEqual(await store.checkpoint(PARTITION), two)
  t.deepEqual(await store.checkpoint(other), none)
}

async function repeats(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const [none, one, two] = await foldTwo(store)
  t.deepEqual(await store.move(PARTITION, one, two, remembered([5])), { outcome: 'already-applied', checkpoint: two })
  t.deepEqual(await store.move(PARTITION, none, one, remembered([5])), { outcome: 'already-applied', checkpoint: two })
  t.deepEqual(await offsetsIn(store, [0, 1, 5]), [0, 1])
}

async function behind(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const [none, , two] = await foldTwo(store)
  const move = await store.move(PARTITION, checkpointAt(none, 3), checkpointAt(none, 4), remembered([4]))
  t.deepEqual(move, { outcome: 'behind', checkpoint: two })
  t.deepEqual(await offsetsIn(store, [4]), [])
}

async function otherCommand(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const [none, , two] = await foldTwo(store)
  const from = { ...two, lastCommandId: uuidOf('another command') }
  t.deepEqual(await store.move(PARTITION, from, checkpointAt(none, 2), remembered([2])), {
    outcome: 'other-log',
    checkpoint: two,
  })
  t.deepEqual(await offsetsIn(store, [2]), [])
}

async function otherGeneration(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const [none, , two] = await foldTwo(store)
  const from = { ...two, generation: checkpointAt(none, 1, 'another log').generation }
  t.deepEqual(await store.move(PARTITION, from, checkpointAt(none, 2), remembered([2])), {
    outcome: 'other-log',
    checkpoint: two,
  })
}

async function otherVersion(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const [, , two] = await foldTwo(store)
  const from = { ...two, foldVersion: two.foldVersion + 1 }
  const to = { ...checkpointAt(two, 2), foldVersion: two.foldVersion + 1 }
  t.deepEqual(await store.move(PARTITION, from, to, remembered([2])), { outcome: 'other-version', checkpoint: two })
  t.deepEqual(await offsetsIn(store, [2]), [])
}

async function overlaps(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const [none, , two] = await foldTwo(store)
  const move = await store.move(PARTITION, none, checkpointAt(none, 5), remembered([5]))
  t.true(['behind', 'already-applied'].includes(move.outcome))
  t.deepEqual('checkpoint' in move ? move.checkpoint : null, two)
  t.deepEqual(await offsetsIn(store, [5]), [])
}

async function allOrNothing(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const [, , two] = await foldTwo(store)
  const fresh = { tenant: 'globex', namespace: 'fresh' }
  const bad = memoryAt(3, { memoryId: 'not an id' })
  const changes = { ...NO_CHANGES, namespaces: [namespaceRow(fresh)], memories: [memoryAt(2, fresh), bad] }
  await t.throwsAsync(store.move(PARTITION, two, checkpointAt(two, 3), changes))
  t.deepEqual(await store.checkpoint(PARTITION), two)
  const memoryIds = [memoryAt(2, fresh).memoryId]
  t.deepEqual(await store.load({ commandIds: [], memoryIds, links: [], scopes: [fresh] }), {
    outcomes: [],
    memories: [],
    links: [],
    namespaces: [],
  })
  const good = { ...changes, memories: [memoryAt(2, fresh)] }
  t.deepEqual(await store.move(PARTITION, two, checkpointAt(two, 3), good), { outcome: 'moved' })
  const state = await store.load({ commandIds: [], memoryIds, links: [], scopes: [fresh, ACME] })
  t.deepEqual(state.memories, good.memories)
  t.deepEqual(state.namespaces, good.namespaces)
}

async function races(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const none = await store.checkpoint(PARTITION)
  const to = checkpointAt(none, 0)
  const moves = await Promise.all([1, 2, 3].map(() => store.move(PARTITION, none, to, remembered([0]))))
  t.deepEqual(moves.map(({ outcome }) => outcome).toSorted(), ['already-applied', 'already-applied', 'moved'])
}

async function anyMoves(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const none = await store.checkpoint(PARTITION)
  const attempt = fc.record({ shift: fc.integer({ min: -3, max: 3 }), length: fc.integer({ min: 1, max: 5 }) })
  let folded = -1
  await fc.assert(
    fc.asyncProperty(fc.array(attempt, { maxLength: 10 }), async (attempts) => {
      for (const { shift, length } of attempts) {
        const from = Math.max(-1, folded + shift)
        const offsets = Array.from({ length }, (_, i) => from + 1 + i)
        const start = from < 0 ? none : checkpointAt(none, from)
        const move = await store.move(PARTITION, start, checkpointAt(none, from + length), remembered(offsets))
        t.is(move.outcome === 'moved', from === folded)
        if (move.outcome === 'moved') folded = from + length
        t.is((await store.checkpoint(PARTITION)).offset, folded)
      }
    }),
    { numRuns: 30 },
  )
  t.true(folded > 10)
  const all = Array.from({ length: folded + 10 }, (_, offset) => offset)
  t.deepEqual(
    await offsetsIn(store, all),
    all.filter((offset) => offset <= folded),
  )
}
