-- What operators did about dead letters. A dead letter itself stands in the log, and in the rows that every build of
-- long-term memory folds from it; what was decided about it must outlive any build. Rows are only ever added.
create table somabrain.dead_letter_actions (
  id bigint generated always as identity primary key,
  -- partition · 2^40 + offset of the dead letter
  position bigint not null,
  -- SHA-256 of the record's value: a log that was restored may hold another record at the same place.
  record_hash bytea not null,
  action text not null check (action in ('retried', 'dropped')),
  operator text not null,
  acted_at timestamptz not null default now(),
  -- partition · 2^40 + offset of the record that a retry appended
  appended bigint,
  check ((action = 'retried') = (appended is not null))
);

create index dead_letter_actions_by_position on somabrain.dead_letter_actions (position, id);
