-- What happened, announced in the transaction that made it true. A worker turns each fact into its jobs and takes it away.
create table facts (
  id bigint primary key generated always as identity,
  name text not null,
  payload jsonb not null,
  announced_at timestamptz not null default now()
);

-- What is to be done. A row stays until it is done; one that failed for good stays to be looked at.
create table jobs (
  id bigint primary key generated always as identity,
  name text not null,
  payload jsonb not null,
  created_at timestamptz not null default now(),
  attempts int not null default 0,
  next_try_at timestamptz not null default now(),
  last_error text,
  failed_at timestamptz
);
create index jobs_due on jobs (next_try_at, id) where failed_at is null;
