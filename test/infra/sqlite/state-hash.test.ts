import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import type { LongTermChanges } from '../../../domain/long-term/changes.ts'
import { prepareState } from '../../../infra/sqlite/long-term/prepare-state.ts'
import {
  openSqliteLongTermStore,
  type SqliteLongTermStore,
} from '../../../infra/sqlite/long-term/sqlite-long-term-store.ts'
import {
  ACME,
  checkpointAt,
  linkBetween,
  memoryAt,
  NO_CHANGES,
  namespaceRow,
  outcomeAt,
  PARTITION,
  uuidOf,
} from '../../contract/long-term-rows.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { FOLD_VERSION, temporaryFolder } from './temporary-stores.ts'

let files = 0

function newStore(t: ExecutionContext, folder: string): SqliteLongTermStore {
  const file = join(folder, `state-${++files}.db`)
  prepareState(file, FOLD_VERSION)
  const store = openSqliteLongTermStore(file)
  t.teardown(() => store.close())
  return store
}

const GLOBEX = { tenant: 'globex', namespace: 'default' }

/** What the record at `offset` comes to: two tenants take turns, and rows change after they were made. */
function changesAt(offset: number): LongTermChanges {
  const scope = offset % 3 === 0 ? GLOBEX : ACME
  const earlier = memoryAt(offset - 3, { ...scope, changed: offset, rehearsals: 2 })
  return {
    memories: offset >= 3 ? [memoryAt(offset, scope), earlier] : [memoryAt(offset, scope)],
    links: [linkBetween(uuidOf('a'), 'causes', uuidOf(`b ${offset % 5}`), { changed: offset })],
    namespaces: [namespaceRow({ ...scope, total: offset })],
    outcomes: [outcomeAt(offset, scope)],
    deadLetters: [
      { partition: PARTITION, offset, key: Buffer.from('k'), value: Buffer.from(`${offset}`), reason: 'r' },
    ],
  }
}

/** As one batch: rows as they stand afterwards, each once. */
function merged(batch: readonly LongTermChanges[]): LongTermChanges {
  const lastOf = <Row>(rows: readonly Row[], key: (row: Row) => string) => [
    ...new Map(rows.map((row) => [key(row), row])).values(),
  ]
  return {
    memories: lastOf(
      batch.flatMap(({ memories }) => memories),
      (row) => row.memoryId,
    ),
    links: lastOf(
      batch.flatMap(({ links }) => links),
      (row) => row.to,
    ),
    namespaces: lastOf(
      batch.flatMap(({ namespaces }) => namespaces),
      (row) => row.tenant,
    ),
    outcomes: batch.flatMap(({ outcomes }) => outcomes),
    deadLetters: batch.flatMap(({ deadLetters }) => deadLetters),
  }
}

async function fold(store: SqliteLongTermStore, cuts: readonly number[]): Promise<string> {
  let next = 0
  for (const length of cuts) {
    const offsets = Array.from({ length }, (_, i) => next + i)
    next += length
    const from = await store.checkpoint(PARTITION)
    const move = await store.move(PARTITION, from, checkpointAt(from, next - 1), merged(offsets.map(changesAt)))
    if (move.outcome !== 'moved') throw new Error(`the store answered ${move.outcome}`)
  }
  return store.stateHash()
}

test('the state hash is the same however the log was cut into batches', async (t) => {
  const folder = temporaryFolder(t)
  const expected = await fold(newStore(t, folder), [24])
  t.regex(expected, /^[0-9a-f]{64}$/)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 10 }), async (lengths) => {
      t.is(await fold(newStore(t, folder), cutInto(24, lengths)), expected)
    }),
    { numRuns: propertyRuns(15) },
  )
})

/** Lengths that add up to `total`: those given, as far as they fit, and one for the rest. */
function cutInto(total: number, lengths: readonly number[]): readonly number[] {
  let left = total
  return [...lengths, total].flatMap((length) => {
    const taken = Math.min(length, left)
    left -= taken
    return taken > 0 ? [taken] : []
  })
}

test('the state hash does not depend on which scope was met first', async (t) => {
  const folder = temporaryFolder(t)
  const [one, two] = [newStore(t, folder), newStore(t, folder)]
  const batches = [
    { partition: PARTITION, changes: { ...NO_CHANGES, memories: [memoryAt(0)] } },
    { partition: (PARTITION + 1) % 12, changes: { ...NO_CHANGES, memories: [memoryAt(1, GLOBEX)] } },
  ]
  for (const [store, order] of [
    [one, batches],
    [two, batches.toReversed()],
  ] as const) {
    for (const { partition, changes } of order) {
      const from = await store.checkpoint(partition)
      await store.move(partition, from, checkpointAt(from, 0), changes)
    }
  }
  t.is(one.stateHash(), two.stateHash())
})

test('the state hash tells apart states that differ in one field, or in the checkpoint alone', async (t) => {
  const folder = temporaryFolder(t)
  const hashes = new Set<string>()
  const hashOf = async (changes: LongTermChanges, offset = 0, partition = PARTITION) => {
    const store = newStore(t, folder)
    const from = await store.checkpoint(partition)
    await store.move(partition, from, checkpointAt(from, offset), changes)
    hashes.add(store.stateHash())
  }
  const variants: readonly LongTermChanges[] = [
    NO_CHANGES,
    { ...NO_CHANGES, memories: [memoryAt(0)] },
    { ...NO_CHANGES, memories: [memoryAt(0, { rehearsals: 2 })] },
    { ...NO_CHANGES, memories: [memoryAt(0, { sealed: null })] },
    { ...NO_CHANGES, memories: [memoryAt(0, { sealed: new Uint8Array() })] },
    { ...NO_CHANGES, memories: [memoryAt(0, { supersededBy: uuidOf('x') })] },
    { ...NO_CHANGES, outcomes: [outcomeAt(0)] },
    { ...NO_CHANGES, outcomes: [outcomeAt(0, { outcome: { status: 'duplicate' } })] },
    { ...NO_CHANGES, links: [linkBetween(uuidOf('a'), 'causes', uuidOf('b'))] },
    { ...NO_CHANGES, namespaces: [namespaceRow()] },
  ]
  for (const changes of variants) await hashOf(changes)
  await hashOf(NO_CHANGES, 1)
  await hashOf(NO_CHANGES, 0, (PARTITION + 1) % 12)
  t.is(hashes.size, variants.length + 2)
})

test('rows are counted and dead letters are listed page by page', async (t) => {
  const store = newStore(t, temporaryFolder(t))
  await fold(store, [10])
  t.deepEqual(store.counts(), { memories: 10, links: 5, namespaces: 2, outcomes: 10, deadLetters: 10 })
  const first = store.deadLetters({ partition: 0, offset: -1 }, 6)
  const rest = store.deadLetters(first.at(-1)!, 6)
  t.deepEqual(
    [...first, ...rest].map(({ offset, value }) => [offset, Buffer.from(value).toString()]),
    Array.from({ length: 10 }, (_, offset) => [offset, `${offset}`]),
  )
  t.deepEqual(store.deadLetters(rest.at(-1)!, 6), [])
})
