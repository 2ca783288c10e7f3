-- What each request reads of its viewer: the version of whom they hear, and when they last wrote. No row is version 0.
create table viewers (
  user_id int primary key references users on delete cascade,
  version bigint not null default 0,
  wrote_at timestamptz
) with (fillfactor = 50);

-- Rows are taken in the order of ids, so that two transactions never wait for each other. Whoever is just being deleted has no row. An import
-- raises the epoch instead: it would hold the rows of everybody whom it touches until its end.
create function raise_versions(subjects int[]) returns void language sql as $$
  insert into viewers (user_id, version)
  select u.id, 1 from users u
  where u.id = any(subjects) and coalesce(current_setting('nexus.importing', true), '') <> 'on' order by u.id
  on conflict (user_id) do update set version = viewers.version + 1
$$;

create function follows_raise_version() returns trigger language plpgsql as $$
begin
  perform raise_versions(array(select distinct follower_id from changed));
  return null;
end $$;
create trigger follows_added_raise_version after insert on follows referencing new table as changed
  for each statement execute function follows_raise_version();
create trigger follows_removed_raise_version after delete on follows referencing old table as changed
  for each statement execute function follows_raise_version();

create function blocks_raise_version() returns trigger language plpgsql as $$
begin
  perform raise_versions(array(select blocker_id from changed union select blocked_id from changed));
  return null;
end $$;
create trigger blocks_added_raise_version after insert on blocks referencing new table as changed
  for each statement execute function blocks_raise_version();
create trigger blocks_removed_raise_version after delete on blocks referencing old table as changed
  for each statement execute function blocks_raise_version();

create function mutes_raise_version() returns trigger language plpgsql as $$
begin
  perform raise_versions(array(select distinct muter_id from changed));
  return null;
end $$;
create trigger mutes_added_raise_version after insert on mutes referencing new table as changed
  for each statement execute function mutes_raise_version();
create trigger mutes_removed_raise_version after delete on mutes referencing old table as changed
  for each statement execute function mutes_raise_version();

-- Under which number heads are kept: a new Redis, and an import, raise it, and no head of before is a head any more.
create table head_epoch (
  single boolean primary key default true check (single),
  number bigint not null default 1,
  -- The run_id of the Redis server that heads are kept in: whoever is still connected to another one keeps none, and delivers nothing.
  run text,
  -- When a process last kept heads: a worker without Redis may drop deliveries only when nobody does.
  kept_at timestamptz
);
insert into head_epoch default values;

-- By the clock, so that a number does not come again after a database was restored from a backup.
create function raise_head_epoch() returns void language sql as $$
  update head_epoch set number = greatest(number + 1, (extract(epoch from clock_timestamp()) * 1000)::bigint)
$$;

-- Every Redis server that was ever met, by its run_id. One that was retired never comes back: a restart gives it another.
create table cache_runs (
  run_id text primary key,
  met_at timestamptz not null default now()
);
