import { applicationId, type StoreSchema } from '../data-dir/store-schema.ts'

/**
 * `data_keys` keeps the order of appending (`key_offset`), because the lowest offset of (slot, generation) holds it.
 * A destroyed key keeps its row: `wrapped` is null, which is a mark and never an absence.
 */
const tables = [
  `create table data_keys (
  key_offset integer primary key,
  key_id text not null unique,
  slot text not null,
  generation integer not null,
  wrapped blob
) strict`,
  'create index data_keys_by_slot on data_keys (slot, generation, key_offset)',
  'create table index_keys (tenant text primary key, wrapped blob not null) strict, without rowid',
]

export const keysSchema: StoreSchema = {
  file: 'keys.db',
  applicationId: applicationId('SBky'),
  schemaVersion: 1,
  pageSize: 4096,
  tables,
  remedy: 'Move keys.db, keys.db-wal and keys.db-shm away and restore them together from a backup, then start again.',
}
