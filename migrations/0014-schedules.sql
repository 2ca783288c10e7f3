-- What is due by the clock. One scheduler at a time fires: whose name stands in the lease. A row says when its schedule is due next, by this
-- database's clock; firing moves it on in the transaction that adds the jobs, so that a tick is fired once and never lost.
create table schedule_lease (
  single boolean primary key default true check (single),
  holder uuid not null,
  held_until timestamptz not null
);

create table schedules (
  name text primary key,
  -- The pattern that next_due_at was reckoned with.
  pattern text not null,
  next_due_at timestamptz not null,
  -- The tick that was fired last, and when that was.
  last_due_at timestamptz,
  last_fired_at timestamptz
);

-- What audits found, the newest few hundred of each kind.
create table audits (
  id bigint primary key generated always as identity,
  kind text not null,
  ended_at timestamptz not null default now(),
  looked_at int not null,
  differing int not null,
  -- The first few that differ, in words.
  findings text[] not null default '{}'
);
create index audits_of_kind on audits (kind, id);
create index jobs_failed on jobs (failed_at) where failed_at is not null;
