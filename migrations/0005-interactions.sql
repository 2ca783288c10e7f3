create table comments (
  id bigint primary key default new_id(3) check (id_kind(id) = 3 and id >> 53 = 0),
  post_id bigint not null references posts on delete cascade,
  author_id int not null references users on delete cascade,
  parent_id bigint,
  text text not null check (char_length(text) between 1 and 2000),
  created_at timestamptz not null generated always as (id_instant(id)) stored,
  edited_at timestamptz,
  hidden_at timestamptz,
  unique (id, post_id),
  -- A reply stays within its post.
  foreign key (parent_id, post_id) references comments (id, post_id) on delete cascade
);
create index comments_of_post on comments (post_id, id);
create index comments_at_top on comments (post_id, id) where parent_id is null;
create index comments_of_parent on comments (parent_id, post_id, id) where parent_id is not null;
create index comments_of_author on comments (author_id, id);

create table likes (
  id bigint primary key generated always as identity,
  user_id int not null references users on delete cascade,
  post_id bigint not null references posts on delete cascade,
  created_at timestamptz not null default now(),
  unique (user_id, post_id)
);
create index likes_of_post on likes (post_id, id);

create table comment_likes (
  id bigint primary key generated always as identity,
  user_id int not null references users on delete cascade,
  comment_id bigint not null references comments on delete cascade,
  created_at timestamptz not null default now(),
  unique (user_id, comment_id)
);
create index comment_likes_of_comment on comment_likes (comment_id, id);

create table shares (
  id bigint primary key default new_id(2) check (id_kind(id) = 2 and id >> 53 = 0),
  user_id int not null references users on delete cascade,
  post_id bigint not null references posts on delete cascade,
  message text check (char_length(message) <= 500),
  created_at timestamptz not null generated always as (id_instant(id)) stored,
  unique (user_id, post_id)
) with (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_insert_threshold = 1000);
create index shares_of_user on shares (user_id, id) include (post_id);
create index shares_of_post on shares (post_id, id);

create table comment_counts (
  comment_id bigint not null references comments on delete cascade,
  slot int not null default 0,
  likes int not null default 0,
  replies int not null default 0,
  primary key (comment_id, slot)
) with (fillfactor = 70);

create function count_for_comment(subject bigint, likes_by int, replies_by int) returns void language plpgsql as $$
declare
  free_slot int;
begin
  select slot into free_slot from comment_counts where comment_id = subject order by slot limit 1 for no key update skip locked;
  if found then
    update comment_counts set likes = likes + likes_by, replies = replies + replies_by where comment_id = subject and slot = free_slot;
  else
    insert into comment_counts select subject, 1 + floor(random() * 2147483646)::int, likes_by, replies_by
      where exists (select from comments where id = subject);
  end if;
end $$;

create function begin_comment_counts() returns trigger language plpgsql as $$
begin
  insert into comment_counts (comment_id) select id from added;
  return null;
end $$;
create trigger comments_begin_counts after insert on comments referencing new table as added
  for each statement execute function begin_comment_counts();

create function count_comments() returns trigger language plpgsql as $$
declare
  sign int := case tg_op when 'INSERT' then 1 else -1 end;
  change record;
begin
  for change in select post_id, count(*)::int as n from changed group by post_id order by post_id loop
    perform count_for_post(change.post_id, 0, sign * change.n, 0);
  end loop;
  for change in select parent_id, count(*)::int as n from changed where parent_id is not null group by parent_id order by parent_id loop
    perform count_for_comment(change.parent_id, 0, sign * change.n);
  end loop;
  return null;
end $$;
-- Named to run after comments_begin_counts: PostgreSQL runs triggers in the order of their names.
create trigger comments_count_added after insert on comments referencing new table as changed
  for each statement execute function count_comments();
create trigger comments_count_removed after delete on comments referencing old table as changed
  for each statement execute function count_comments();

create function count_likes() returns trigger language plpgsql as $$
declare
  sign int := case tg_op when 'INSERT' then 1 else -1 end;
  change record;
begin
  for change in select post_id, count(*)::int as n from changed group by post_id order by post_id loop
    perform count_for_post(change.post_id, sign * change.n, 0, 0);
  end loop;
  return null;
end $$;
create trigger likes_count_added after insert on likes referencing new table as changed
  for each statement execute function count_likes();
create trigger likes_count_removed after delete on likes referencing old table as changed
  for each statement execute function count_likes();

create function count_comment_likes() returns trigger language plpgsql as $$
declare
  sign int := case tg_op when 'INSERT' then 1 else -1 end;
  change record;
begin
  for change in select comment_id, count(*)::int as n from changed group by comment_id order by comment_id loop
    perform count_for_comment(change.comment_id, sign * change.n, 0);
  end loop;
  return null;
end $$;
create trigger comment_likes_count_added after insert on comment_likes referencing new table as changed
  for each statement execute function count_comment_likes();
create trigger comment_likes_count_removed after delete on comment_likes referencing old table as changed
  for each statement execute function count_comment_likes();

create function count_shares() returns trigger language plpgsql as $$
declare
  sign int := case tg_op when 'INSERT' then 1 else -1 end;
  change record;
begin
  for change in select post_id, count(*)::int as n from changed group by post_id order by post_id loop
    perform count_for_post(change.post_id, 0, 0, sign * change.n);
  end loop;
  return null;
end $$;
create trigger shares_count_added after insert on shares referencing new table as changed
  for each statement execute function count_shares();
create trigger shares_count_removed after delete on shares referencing old table as changed
  for each statement execute function count_shares();
