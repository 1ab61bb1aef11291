-- The last number that a build of each projection got: a number, and so a schema's name, is never given twice, because
-- a process may still hold it.
create table somabrain.projection_numbers (
  projection text primary key,
  last_build integer not null
);

-- Builds of projections: each folds the log into a schema of its own (docs/decisions/0011).
create table somabrain.projection_builds (
  projection text not null,
  build integer not null,
  schema_name text not null unique,
  fold_version integer not null,
  state text not null check (state in ('building', 'live', 'retired')),
  created_at timestamptz not null default now(),
  switched_at timestamptz,
  primary key (projection, build)
);

-- Readers follow the one that is live.
create unique index projection_builds_live on somabrain.projection_builds (projection) where state = 'live';
