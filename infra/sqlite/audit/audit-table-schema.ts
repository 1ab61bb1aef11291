import { applicationId, type StoreSchema } from '../data-dir/store-schema.ts'

/**
 * The audit table. `topic` is the number of {@link topicNumber}: a row stands for every record of the log, so it is kept
 * short. Without rowid: rows come in the order of their key, and are read in it.
 */
const tables = [
  'create table fold (fold_version integer not null) strict',
  `create table checkpoints (
  topic integer not null,
  partition integer not null,
  generation text not null,
  last_offset integer not null,
  last_id text,
  known_time integer not null,
  chain blob not null,
  entries integer not null,
  primary key (topic, partition)
) strict, without rowid`,
  `create table entries (
  topic integer not null,
  partition integer not null,
  record_offset integer not null,
  chain blob not null,
  at integer not null,
  tenant text,
  namespace text,
  principal text,
  action text not null,
  id text,
  detail blob,
  primary key (topic, partition, record_offset)
) strict, without rowid`,
  'create index entries_by_time on entries (tenant, at, topic, partition, record_offset)',
]

export const auditTableSchema: StoreSchema = {
  file: 'audit.db',
  applicationId: applicationId('SBau'),
  schemaVersion: 1,
  pageSize: 4096,
  tables,
  remedy: 'Delete audit.db, audit.db-wal and audit.db-shm while no process uses the folder: it is folded again.',
}
