import test from 'ava'
import type { RowVector } from '../../domain/vector/row-vectors.ts'
import type { LackingVectors } from '../../infra/long-term/lacking-vectors.ts'
import type { LongTermStore } from '../../projections/ports/long-term-store.ts'
import { ACME, checkpointAt, memoryAt, NO_CHANGES, PARTITION } from './long-term-rows.ts'

export interface OpenLackingVectors {
  readonly store: LongTermStore
  readonly lacking: LackingVectors
  close(): Promise<void>
}

export interface LackingVectorsAdapter {
  readonly name: string
  open(): Promise<OpenLackingVectors>
}

const own = (model: string): readonly RowVector[] => [{ model, commandId: null, sealed: null }]

/** What every {@link LackingVectors} promises. */
export function testLackingVectors(adapter: LackingVectorsAdapter): void {
  test(`${adapter.name}: rows without a vector of a model are found, page by page, and no others`, async (t) => {
    const { store, lacking, close } = await adapter.open()
    try {
      const embedded: RowVector = { model: 'small', commandId: memoryAt(9).commandId, sealed: Uint8Array.of(1, 2, 3) }
      const rows = [
        memoryAt(0),
        memoryAt(1, { vectors: own('small') }),
        memoryAt(2, { vectors: [...own('other'), embedded] }),
        memoryAt(3, { vectors: own('smaller') }),
        memoryAt(4, { sealed: null }),
        memoryAt(5, { supersededBy: memoryAt(6).memoryId, changed: 6 }),
        memoryAt(6),
      ]
      const from = await store.checkpoint(PARTITION)
      const moved = await store.move(PARTITION, from, checkpointAt(from, 6), {
        ...NO_CHANGES,
        memories: rows,
      })
      t.is(moved.outcome, 'moved')
      const first = await lacking.page(ACME, 'small', null, 4)
      t.deepEqual(first.lacking, [rows[0]!.memoryId, rows[3]!.memoryId])
      t.is(first.seen, 4)
      const second = await lacking.page(ACME, 'small', first.next, 4)
      t.deepEqual(second.lacking, [rows[6]!.memoryId])
      t.is(second.seen, 3)
      const third = await lacking.page(ACME, 'small', second.next, 4)
      t.deepEqual(third, { lacking: [], seen: 0, next: null })
      t.deepEqual(await lacking.page({ tenant: 'nobody', namespace: 'here' }, 'small', null, 4), third)
    } finally {
      await close()
    }
  })
}
