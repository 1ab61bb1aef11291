import type { RewrapStore, WrappedDataKey } from '../../crypto/rewrap-keys.ts'
import { naming } from '../data-dir/check-store.ts'
import { inTransaction } from '../data-dir/in-transaction.ts'
import { openForWriting } from '../data-dir/open-database.ts'
import { keysSchema } from './keys-schema.ts'

/** keys.db beside a server that may be using it: SQLite keeps the two apart, each write waits for the other's. */
export function openSqliteRewrapStore(file: string): RewrapStore & { close(): void } {
  const database = openForWriting(file, { synchronous: 'full', checkpointBytes: 4 << 20, cacheBytes: 2 << 20 })
  // What the old master key had wrapped is overwritten, not only unlinked.
  database.exec('pragma secure_delete = on')
  const page = database.prepare(
    `select key_id, slot, generation, wrapped from data_keys where key_id > ? and wrapped is not null
     order by key_id limit ?`,
  )
  const indexKeys = database.prepare('select tenant, wrapped from index_keys order by tenant')
  const replaceData = database.prepare('update data_keys set wrapped = ? where key_id = ? and wrapped is not null')
  const replaceIndex = database.prepare('update index_keys set wrapped = ? where tenant = ?')
  const guarded = <Result>(work: () => Result): Result => naming(file, keysSchema, work)
  return {
    dataKeysAfter: async (after, limit) =>
      guarded(() =>
        page.all(after, limit).map(
          (row): WrappedDataKey => ({
            keyId: String(row.key_id),
            slot: String(row.slot),
            generation: Number(row.generation),
            wrapped: row.wrapped as Uint8Array,
          }),
        ),
      ),
    indexKeys: async () =>
      guarded(() => indexKeys.all().map((row) => ({ tenant: String(row.tenant), wrapped: row.wrapped as Uint8Array }))),
    replace: async (dataKeys, indexed) =>
      guarded(() =>
        inTransaction(database, () => {
          for (const { keyId, wrapped } of dataKeys) replaceData.run(wrapped, keyId)
          for (const { tenant, wrapped } of indexed) replaceIndex.run(wrapped, tenant)
        }),
      ),
    close() {
      database.exec('pragma wal_checkpoint(truncate)')
      database.close()
    },
  }
}
