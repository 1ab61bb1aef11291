-- API tokens of `somabrain tokens create`: everything but the token, of which only the SHA-256 is kept. They are no fold of
-- the log: a backup of this table is what brings them back.
create table somabrain.api_tokens (
  token_hash bytea primary key check (octet_length(token_hash) = 32),
  -- What people call it by: the beginning of the hash.
  id text not null unique,
  tenant text not null,
  principal text not null,
  roles text[] not null,
  -- null: all namespaces of the tenant
  namespaces text[],
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz
);

create index api_tokens_by_tenant on somabrain.api_tokens (tenant, created_at desc);
