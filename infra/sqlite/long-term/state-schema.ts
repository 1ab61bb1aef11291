import { applicationId, type StoreSchema } from '../data-dir/store-schema.ts'

/**
 * Long-term memory. `position` is partition · 2^40 + offset (position-number.ts): rows of one partition lie together, in
 * the order of the log. Ids are 16 bytes instead of 36 characters; scopes are small numbers, because every row has one.
 */
const tables = [
  'create table fold (fold_version integer not null) strict',
  `create table checkpoints (
  partition integer primary key,
  generation text not null,
  last_offset integer not null,
  last_command_id blob,
  known_time integer not null
) strict`,
  `create table scopes (
  scope integer primary key,
  tenant text not null,
  namespace text not null,
  unique (tenant, namespace)
) strict`,
  `create table namespaces (
  scope integer primary key,
  partition integer not null,
  live integer not null,
  total integer not null,
  language text not null,
  profile text not null,
  first_known_at integer not null,
  last_known_at integer not null
) strict`,
  `create table memories (
  position integer primary key,
  memory_id blob not null unique,
  scope integer not null,
  changed integer not null,
  command_id blob not null,
  key_id blob not null,
  kind text not null,
  occurred_at integer not null,
  recorded_at integer not null,
  known_at integer not null,
  importance integer not null,
  principal text not null,
  supersedes blob,
  superseded_by blob,
  rehearsals integer not null,
  intervals text not null,
  content_hmac blob not null,
  content_length integer not null,
  data_schema integer not null,
  sealed blob,
  vectors blob,
  vector_models text
) strict`,
  'create index memories_by_change on memories (scope, changed, memory_id)',
  // Eight bytes tell contents apart well enough to find one.
  'create index memories_by_content on memories (substr(content_hmac, 1, 8))',
  'create index memories_by_key on memories (key_id, position)',
  `create table links (
  scope integer not null,
  source blob not null,
  rel text not null,
  target blob not null,
  intervals text not null,
  changed integer not null,
  primary key (scope, source, rel, target)
) strict, without rowid`,
  'create index links_by_target on links (scope, target)',
  `create table outcomes (
  position integer primary key,
  scope integer not null,
  command_id blob not null,
  command_type text not null,
  memory_id blob,
  request_hmac blob not null,
  known_at integer not null,
  status text not null,
  reason text
) strict`,
  'create index outcomes_by_command on outcomes (command_id, scope)',
  `create table erasures (
  position integer primary key,
  scope integer not null,
  command_id blob not null,
  receipt_id blob not null,
  principal text not null,
  recorded_at integer not null,
  key_ids text not null,
  parts text not null,
  memories integer not null
) strict`,
  'create index erasures_by_receipt on erasures (receipt_id)',
  `create table erased_keys (
  key_id blob not null,
  scope integer not null,
  position integer not null,
  primary key (key_id, scope)
) strict, without rowid`,
  `create table receipts (
  position integer primary key,
  scope integer not null,
  receipt_id blob not null,
  document text not null
) strict`,
  'create index receipts_by_id on receipts (receipt_id)',
  `create table dead_letters (
  position integer primary key,
  record_key blob not null,
  record_value blob not null,
  reason text not null
) strict`,
]

export const stateSchema: StoreSchema = {
  file: 'state.db',
  applicationId: applicationId('SBst'),
  schemaVersion: 2,
  pageSize: 8192,
  tables,
  remedy: 'Stop, delete state.db, state.db-wal and state.db-shm, and start again: it is folded from the log anew.',
}
