-- The audit table: a row for each record of the two audited topics, with the chain after it. It is folded from the topics
-- and may be folded again. `topic`: 0 is memory.commands, 1 audit.operations.
create table somabrain.audit_checkpoints (
  topic smallint not null,
  partition smallint not null,
  fold_version integer not null,
  generation text not null,
  last_offset bigint not null,
  last_id text,
  known_time bigint not null,
  chain bytea not null,
  entries bigint not null,
  primary key (topic, partition)
);

create table somabrain.audit_entries (
  topic smallint not null,
  partition smallint not null,
  record_offset bigint not null,
  chain bytea not null,
  -- Milliseconds since 1970, as the record says.
  at bigint not null,
  tenant text,
  namespace text,
  principal text,
  action text not null,
  id text,
  -- The value of an operation, framed.
  detail bytea,
  primary key (topic, partition, record_offset)
);

-- Auditors page through a tenant's entries, the latest first.
create index audit_entries_by_time on somabrain.audit_entries (tenant, at, topic, partition, record_offset);

-- Behind the fence of readers: an auditor of one tenant could not have another's entries.
grant usage on schema somabrain to somabrain_query;
grant select on somabrain.audit_entries to somabrain_query;
alter table somabrain.audit_entries enable row level security;
create policy one_tenant on somabrain.audit_entries for select to somabrain_query
  using (tenant = current_setting('somabrain.tenant', true));
