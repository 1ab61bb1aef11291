-- Long-term memory, in the schema that the search path names. One build of the projection has one such schema; another
-- shape of these tables is another build, never a migration (docs/decisions/0011).
--
-- position is partition · 2^40 + offset: rows of one partition lie together, in the order of the log. Tenant and
-- namespace stand in every row, so that a policy per tenant can guard each table by itself. Names compare by their
-- bytes ("C"), as in SQLite, whatever the database's own collation is. Indexes here are those that the fold itself looks
-- rows up by; what only readers need is in long-term-indexes.sql.

-- One row per partition, made with the schema, so that a move is one update of one row that waits for no other.
create table checkpoints (
  partition smallint primary key,
  fold_version integer not null,
  generation text not null,
  last_offset bigint not null,
  last_command_id uuid,
  known_time bigint not null
) with (fillfactor = 10);

-- Every namespace that anything was folded for, be it a refusal only.
create table scopes (
  tenant text collate "C" not null,
  namespace text collate "C" not null,
  primary key (tenant, namespace)
);

create table namespaces (
  tenant text collate "C" not null,
  namespace text collate "C" not null,
  partition smallint not null,
  live bigint not null,
  total bigint not null,
  language text not null,
  profile text not null,
  first_known_at bigint not null,
  last_known_at bigint not null,
  primary key (tenant, namespace)
) with (fillfactor = 50);

create table memories (
  position bigint not null,
  memory_id uuid not null,
  tenant text collate "C" not null,
  namespace text collate "C" not null,
  changed bigint not null,
  command_id uuid not null,
  key_id bytea not null,
  kind text not null,
  occurred_at bigint not null,
  recorded_at bigint not null,
  known_at bigint not null,
  importance integer not null,
  principal text not null,
  supersedes uuid,
  superseded_by uuid,
  rehearsals integer not null,
  intervals text not null,
  content_hmac bytea not null,
  content_length integer not null,
  data_schema integer not null,
  sealed bytea,
  vectors bytea,
  vector_models text collate "C",
  live boolean not null
);
create unique index memories_by_id on memories (memory_id);
-- Eight bytes tell contents apart well enough to find one.
create index memories_by_content on memories (substring(content_hmac from 1 for 8));
-- What is sealed cannot be compressed.
alter table memories alter column sealed set storage external;
alter table memories alter column vectors set storage external;

create table links (
  tenant text collate "C" not null,
  namespace text collate "C" not null,
  source uuid not null,
  rel text collate "C" not null,
  target uuid not null,
  intervals text not null,
  changed bigint not null,
  primary key (source, rel, target, tenant, namespace)
);

create table outcomes (
  position bigint not null,
  tenant text collate "C" not null,
  namespace text collate "C" not null,
  command_id uuid not null,
  command_type text not null,
  memory_id uuid,
  request_hmac bytea not null,
  known_at bigint not null,
  status text not null,
  reason text
);
create index outcomes_by_command on outcomes (command_id, position);

-- What each Erase came to, with the whole erasure that it is a part of (parts as JSON), and the keys that are erased: a record
-- that comes behind the Erase under one of them is refused.
create table erasures (
  position bigint primary key,
  tenant text collate "C" not null,
  namespace text collate "C" not null,
  command_id uuid not null,
  receipt_id uuid not null,
  principal text not null,
  recorded_at bigint not null,
  key_ids text not null,
  parts text not null,
  memories bigint not null
);
create index erasures_by_receipt on erasures (receipt_id);

create table erased_keys (
  key_id bytea not null,
  tenant text collate "C" not null,
  namespace text collate "C" not null,
  position bigint not null,
  primary key (key_id, tenant, namespace)
);

create table receipts (
  position bigint primary key,
  tenant text collate "C" not null,
  namespace text collate "C" not null,
  receipt_id uuid not null,
  document text not null
);
create index receipts_by_id on receipts (receipt_id);

create table dead_letters (
  position bigint primary key,
  record_key bytea not null,
  record_value bytea not null,
  reason text not null
);
alter table dead_letters alter column record_value set storage external;
