import type { ErasureLog, FoldedErasure } from '../../../commands/ports/erasure-log.ts'
import type { ErasureRow } from '../../../domain/erasure/erasure.ts'
import { partitionKey, partitionOf } from '../../../domain/partition.ts'
import type { SubjectRows } from '../../../query-api/ports/subject-rows.ts'
import { hexBytes, hexText, uuidBytes } from '../../long-term/id-bytes.ts'
import { positionNumber } from '../../long-term/position-number.ts'
import { naming } from '../data-dir/check-store.ts'
import { openForReading } from '../data-dir/open-database.ts'
import { ERASURE_COLUMNS, type ErasureColumns, erasureOf } from './erasure-table.ts'
import { MEMORY_COLUMNS, type MemoryColumns, memoryOf } from './memory-table.ts'
import { allRows, prepareArrays } from './prepare-arrays.ts'
import { scopeTable } from './scope-table.ts'
import { stateSchema } from './state-schema.ts'

const CACHE_BYTES = 1 << 20

export interface SqliteErasureLog extends ErasureLog, SubjectRows {
  close(): void
}

/** What state.db knows of erasures and subjects, on a connection of its own. */
export function openSqliteErasureLog(file: string): SqliteErasureLog {
  const database = openForReading(file, CACHE_BYTES)
  const scopes = scopeTable(database)
  const ofReceipt = prepareArrays(
    database,
    `select ${ERASURE_COLUMNS} from erasures join scopes using (scope) where receipt_id = ? and tenant = ? order by position`,
  )
  const document = prepareArrays(
    database,
    'select document from receipts where receipt_id = ? order by position limit 1',
  )
  const open = prepareArrays(
    database,
    `select receipt_id, tenant from erasures join scopes using (scope)
     where not exists (select 1 from receipts where receipts.receipt_id = erasures.receipt_id)
     group by receipt_id, tenant order by min(recorded_at), receipt_id limit ? offset ?`,
  )
  const all = prepareArrays(
    database,
    `select distinct receipt_id, tenant from erasures join scopes using (scope)
     where receipt_id > ? order by receipt_id limit ?`,
  )
  const erasedKeys = prepareArrays(
    database,
    'select distinct key_id from erased_keys where key_id > ? order by key_id limit ?',
  )
  const underKey = prepareArrays(
    database,
    `select ${MEMORY_COLUMNS} from memories indexed by memories_by_key
     where key_id = ? and position > ? and scope = ? order by position limit ?`,
  )
  const guarded = <Result>(work: () => Result): Result => naming(file, stateSchema, work)

  const folded = (tenant: string, receiptId: Uint8Array): FoldedErasure | null => {
    const rows = allRows<ErasureColumns>(ofReceipt, receiptId, tenant).map(
      (columns): ErasureRow => erasureOf(columns, scopes),
    )
    if (rows.length === 0) return null
    return { rows, document: allRows<readonly [string]>(document, receiptId)[0]?.[0] ?? null }
  }
  const found = (ids: ReadonlyArray<readonly [Uint8Array, string]>): readonly FoldedErasure[] =>
    ids.flatMap(([id, tenant]) => folded(tenant, id) ?? [])
  return {
    erasure: async (tenant, receiptId) => guarded(() => folded(tenant, uuidBytes(receiptId))),
    open: async (limit, skip = 0) => guarded(() => found(allRows(open, limit, skip))),
    all: async (after, limit) =>
      guarded(() => found(allRows(all, after === '' ? new Uint8Array() : uuidBytes(after), limit))),
    erasedKeyIds: async (after, limit) =>
      guarded(() => allRows<readonly [Uint8Array]>(erasedKeys, hexBytes(after), limit).map(([id]) => hexText(id))),
    underKey: async (scope, keyId, after, limit) =>
      guarded(() => {
        const number = scopes.numberOf(scope)
        if (number === null) return []
        const behind = positionNumber(partitionOf(partitionKey(scope)), 0) + after
        return allRows<MemoryColumns>(underKey, hexBytes(keyId), behind, number, limit).map((columns) =>
          memoryOf(columns, scopes),
        )
      }),
    close: () => database.close(),
  }
}
