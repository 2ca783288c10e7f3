create table follows (
  id bigint primary key generated always as identity,
  follower_id int not null references users on delete cascade,
  following_id int not null references users on delete cascade,
  created_at timestamptz not null default now(),
  unique (follower_id, following_id),
  constraint no_self_follow check (follower_id <> following_id)
) with (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_insert_threshold = 1000);
create index follows_of_follower on follows (follower_id, id);
create index follows_of_following on follows (following_id, id);

create table blocks (
  id bigint primary key generated always as identity,
  blocker_id int not null references users on delete cascade,
  blocked_id int not null references users on delete cascade,
  created_at timestamptz not null default now(),
  unique (blocker_id, blocked_id),
  constraint no_self_block check (blocker_id <> blocked_id)
);
create index blocks_of_blocked on blocks (blocked_id, blocker_id);

create table mutes (
  id bigint primary key generated always as identity,
  muter_id int not null references users on delete cascade,
  muted_id int not null references users on delete cascade,
  created_at timestamptz not null default now(),
  unique (muter_id, muted_id),
  constraint no_self_mute check (muter_id <> muted_id)
);
create index mutes_of_muted on mutes (muted_id);

create function count_follows() returns trigger language plpgsql as $$
declare
  sign int := case tg_op when 'INSERT' then 1 else -1 end;
  change record;
begin
  for change in
    select subject, sum(followers)::int as followers, sum(following)::int as following
    from (
      select following_id as subject, 1 as followers, 0 as following from changed
      union all
      select follower_id, 0, 1 from changed
    ) each_side
    group by subject order by subject
  loop
    perform count_for_user(change.subject, 0, sign * change.followers, sign * change.following);
  end loop;
  return null;
end $$;
create trigger follows_count_added after insert on follows referencing new table as changed
  for each statement execute function count_follows();
create trigger follows_count_removed after delete on follows referencing old table as changed
  for each statement execute function count_follows();
