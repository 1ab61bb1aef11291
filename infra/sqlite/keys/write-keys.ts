import type { DatabaseSync } from 'node:sqlite'
import type { DataKeyEntry } from '../../../commands/ports/key-store.ts'
import { keyReader } from './read-keys.ts'

/** Writes of keys.db, within the caller's transaction. */
export interface KeyWriter {
  addKey(entry: DataKeyEntry): DataKeyEntry
  addIndexKey(tenant: string, wrapped: Uint8Array): Uint8Array
  /** Overwrites the key with the mark. Returns the entry, or `null` when there was none. */
  destroyKey(keyId: string): DataKeyEntry | null
}

export function keyWriter(database: DatabaseSync): KeyWriter {
  // What was sent before is not added again; a destroyed key stays destroyed.
  const addKey = database.prepare(
    `insert into data_keys (key_id, slot, generation, wrapped) values (:keyId, :slot, :generation, :wrapped)
     on conflict (key_id) do nothing`,
  )
  const addIndexKey = database.prepare(
    'insert into index_keys (tenant, wrapped) values (:tenant, :wrapped) on conflict (tenant) do nothing',
  )
  const destroyKey = database.prepare(
    'update data_keys set wrapped = null where key_id = :keyId and wrapped is not null',
  )
  const reader = keyReader(database)
  return {
    addKey(entry) {
      const { keyId, slot, generation, wrapped } = entry
      addKey.run({ keyId, slot, generation, wrapped })
      return reader.holder(slot, generation) ?? entry
    },
    addIndexKey(tenant, wrapped) {
      addIndexKey.run({ tenant, wrapped })
      return reader.indexKey(tenant) ?? wrapped
    },
    destroyKey(keyId) {
      destroyKey.run({ keyId })
      return reader.key(keyId)
    },
  }
}
