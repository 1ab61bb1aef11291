import test, { type ExecutionContext } from 'ava'
import type { ErasureRow } from '../../domain/erasure/erasure.ts'
import type { KeyRow, LongTermChanges } from '../../domain/long-term/changes.ts'
import { ERASED_HMAC } from '../../domain/long-term/fold-erase.ts'
import type { MemoryRow } from '../../domain/memory.ts'
import type { LongTermStore } from '../../projections/ports/long-term-store.ts'
import { ACME, checkpointAt, memoryAt, NO_CHANGES, PARTITION, uuidOf } from './long-term-rows.ts'
import type { StoreAdapter } from './long-term-store.ts'

const ANNA = 'a'.repeat(32)
const BERT = 'b'.repeat(32)
const NOTHING = { commandIds: [], memoryIds: [], links: [], scopes: [] }

/** What every `LongTermStore` promises about erasures. */
export function testLongTermErasure(adapter: StoreAdapter): void {
  const withStore =
    (run: (t: ExecutionContext, store: LongTermStore) => Promise<void>) => async (t: ExecutionContext) => {
      const { store, close } = await adapter.open()
      try {
        await run(t, store)
      } finally {
        await close()
      }
    }

  test(`${adapter.name}: an erasure takes what is sealed from all that stands under its keys`, withStore(erases))
  test(`${adapter.name}: an erasure reaches no other key and no other namespace`, withStore(reachesNoOther))
  test(`${adapter.name}: a key that is erased is loaded as erased, in its namespace only`, withStore(loadsKeys))
  test(`${adapter.name}: what stands under a key is counted, tombstones left out`, withStore(counts))
  test(`${adapter.name}: an erasure that does not move erases nothing`, withStore(fenced))
}

const erasureAt = (offset: number, fields: Partial<ErasureRow> = {}): ErasureRow => ({
  ...ACME,
  partition: PARTITION,
  offset,
  commandId: uuidOf(`erase ${offset}`),
  receiptId: uuidOf(`receipt ${offset}`),
  principal: 'controller-ü',
  recordedAt: 1_760_000_000_000,
  keyIds: [ANNA],
  parts: [{ namespace: 'default', keyId: BERT, requestHmac: new Uint8Array(32).fill(3), keyIds: [ANNA] }],
  memories: 1,
  ...fields,
})

async function moveTo(store: LongTermStore, offset: number, changes: Partial<LongTermChanges>) {
  const from = await store.checkpoint(PARTITION)
  return store.move(PARTITION, from, checkpointAt(from, offset), { ...NO_CHANGES, ...changes })
}

const loaded = async (store: LongTermStore, rows: readonly MemoryRow[]): Promise<readonly MemoryRow[]> =>
  (await store.load({ ...NOTHING, memoryIds: rows.map(({ memoryId }) => memoryId) })).memories

const tombstone = (row: MemoryRow, changed: number): MemoryRow => ({
  ...row,
  changed,
  contentHmac: ERASED_HMAC,
  sealed: null,
})

async function erases(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const plain = memoryAt(0, { keyId: ANNA })
  const retired = memoryAt(1, { keyId: ANNA, intervals: [{ knownFrom: 1, knownTo: 2, validTo: null }], changed: 1 })
  await moveTo(store, 1, { memories: [plain, retired] })
  t.deepEqual(await moveTo(store, 2, { erasures: [erasureAt(2, { memories: 2 })] }), { outcome: 'moved' })
  t.deepEqual(await loaded(store, [plain, retired]), [tombstone(plain, 2), tombstone(retired, 2)])
}

async function reachesNoOther(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const otherKey = memoryAt(0, { keyId: BERT })
  const otherNamespace = memoryAt(0, { keyId: ANNA, tenant: 'globex', memoryId: uuidOf('elsewhere') })
  await moveTo(store, 0, { memories: [otherKey, { ...otherNamespace, partition: PARTITION, offset: 1 }] })
  await moveTo(store, 2, { erasures: [erasureAt(2)] })
  t.deepEqual(
    (await loaded(store, [otherKey, otherNamespace])).map(({ sealed, changed }) => [sealed !== null, changed]),
    [
      [true, 0],
      [true, 0],
    ],
  )
}

async function loadsKeys(t: ExecutionContext, store: LongTermStore): Promise<void> {
  await moveTo(store, 2, { erasures: [erasureAt(2)] })
  const used = [ANNA, BERT].map((keyId) => ({ ...ACME, keyId }))
  const elsewhere = { tenant: 'globex', namespace: ACME.namespace, keyId: ANNA }
  const { keys } = await store.load({ ...NOTHING, keys: { used: [...used, elsewhere], erasing: [] } })
  t.deepEqual(keys, [{ ...ACME, keyId: ANNA, erased: true, memories: null }])
}

async function counts(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const retired = [{ knownFrom: 1, knownTo: 2, validTo: null }]
  const restored = [...retired, { knownFrom: 3, knownTo: null, validTo: 9 }]
  await moveTo(store, 4, {
    memories: [
      memoryAt(0, { keyId: ANNA }),
      memoryAt(1, { keyId: ANNA, intervals: retired }),
      memoryAt(2, { keyId: ANNA, intervals: restored }),
      memoryAt(3, { keyId: ANNA, supersededBy: uuidOf('later') }),
      memoryAt(4, { keyId: BERT }),
    ],
  })
  const erasing = [ANNA, BERT, 'c'.repeat(32)].map((keyId) => ({ ...ACME, keyId }))
  const count = async (): Promise<readonly KeyRow[] | undefined> =>
    (await store.load({ ...NOTHING, keys: { used: [], erasing } })).keys
  t.deepEqual(await count(), [
    { ...ACME, keyId: ANNA, erased: false, memories: { all: 4, live: 2 } },
    { ...ACME, keyId: BERT, erased: false, memories: { all: 1, live: 1 } },
    { ...ACME, keyId: 'c'.repeat(32), erased: false, memories: { all: 0, live: 0 } },
  ])
  await moveTo(store, 5, { erasures: [erasureAt(5, { memories: 4 })] })
  t.deepEqual((await count())?.[0], { ...ACME, keyId: ANNA, erased: true, memories: { all: 0, live: 0 } })
}

async function fenced(t: ExecutionContext, store: LongTermStore): Promise<void> {
  const row = memoryAt(0, { keyId: ANNA })
  const before = await store.checkpoint(PARTITION)
  await moveTo(store, 0, { memories: [row] })
  const stale = { ...NO_CHANGES, erasures: [erasureAt(2)] }
  const move = await store.move(PARTITION, before, checkpointAt(before, 2), stale)
  t.not(move.outcome, 'moved')
  t.deepEqual(await loaded(store, [row]), [row])
}
