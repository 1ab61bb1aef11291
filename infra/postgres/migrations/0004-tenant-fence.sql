-- A fence behind the statements of readers: they ask for one tenant's rows, and as this role they could not have another's
-- (docs/decisions/0020). It owns nothing and logs in nowhere; readers take it for the length of one transaction.
do $$
begin
  -- Roles belong to the server, not to the database: another database's migration may have made it, or be making it now.
  if not exists (select from pg_roles where rolname = 'somabrain_query') then
    begin
      create role somabrain_query nologin;
    exception
      when duplicate_object or unique_violation then null;
    end;
  end if;
  if not pg_has_role(current_user, 'somabrain_query', 'member') then
    execute format('grant somabrain_query to %I', current_user);
  end if;
exception
  when insufficient_privilege then
    raise exception 'somabrain_query is a role that % may neither create nor take: an administrator has to run '
      '"create role somabrain_query nologin" (unless it is there) and "grant somabrain_query to %"',
      current_user, current_user;
end $$;

-- Fences a build of long-term memory: in every table that has a tenant the role sees the rows of the one that
-- somabrain.tenant names, and none while it names nobody. The fold owns the tables and is not held by it. Run again, it
-- changes nothing.
create function somabrain.fence_long_term(build text) returns void language plpgsql as $$
declare
  fenced text;
begin
  execute format('grant usage on schema %I to somabrain_query', build);
  execute format('grant select on %I.checkpoints to somabrain_query', build);
  for fenced in
    select relname from pg_class join pg_attribute on attrelid = pg_class.oid
    where relnamespace = build::regnamespace and relkind = 'r' and attname = 'tenant'
  loop
    execute format('grant select on %I.%I to somabrain_query', build, fenced);
    execute format('alter table %I.%I enable row level security', build, fenced);
    execute format('drop policy if exists one_tenant on %I.%I', build, fenced);
    execute format('create policy one_tenant on %I.%I for select to somabrain_query '
      'using (tenant = current_setting(''somabrain.tenant'', true))', build, fenced);
  end loop;
end $$;

select somabrain.fence_long_term(schema_name) from somabrain.projection_builds where projection = 'long_term';
