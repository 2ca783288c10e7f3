create type visibility as enum ('PUBLIC', 'FOLLOWERS');

create table posts (
  id bigint primary key default new_id(1) check (id_kind(id) = 1 and id >> 53 = 0),
  author_id int not null references users on delete cascade,
  content text not null check (char_length(content) <= 5000),
  media_url text check (char_length(media_url) <= 2000),
  visibility visibility not null default 'PUBLIC',
  quoted_post_id bigint references posts on delete set null,
  created_at timestamptz not null generated always as (id_instant(id)) stored,
  edited_at timestamptz,
  hidden_at timestamptz,
  constraint post_says_something check (content <> '' or media_url is not null)
) with (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_insert_threshold = 1000);
-- The feed's index: it answers who wrote what, and whether it may be shown, without a look at the row.
create index posts_of_author on posts (author_id, id) include (hidden_at);
create index posts_public on posts (id) where visibility = 'PUBLIC' and hidden_at is null;
create index posts_quoting on posts (quoted_post_id) where quoted_post_id is not null;

-- What a post said before each edit.
create table post_edits (
  id bigint primary key generated always as identity,
  post_id bigint not null references posts on delete cascade,
  content text not null,
  media_url text,
  replaced_at timestamptz not null
);
create index post_edits_of_post on post_edits (post_id, id);

-- A client's key for a post, so that a repeated request gives the same one. The row outlives the post: its key does not bring it back.
create table post_keys (
  author_id int not null references users on delete cascade,
  key text not null check (char_length(key) between 1 and 100),
  post_id bigint references posts on delete set null,
  created_at timestamptz not null default now(),
  primary key (author_id, key)
);
create index post_keys_of_post on post_keys (post_id);

create table post_counts (
  post_id bigint not null references posts on delete cascade,
  slot int not null default 0,
  likes int not null default 0,
  comments int not null default 0,
  shares int not null default 0,
  primary key (post_id, slot)
) with (fillfactor = 70);

create function count_for_post(subject bigint, likes_by int, comments_by int, shares_by int) returns void language plpgsql as $$
declare
  free_slot int;
begin
  select slot into free_slot from post_counts where post_id = subject order by slot limit 1 for no key update skip locked;
  if found then
    update post_counts set likes = likes + likes_by, comments = comments + comments_by, shares = shares + shares_by
      where post_id = subject and slot = free_slot;
  else
    insert into post_counts select subject, 1 + floor(random() * 2147483646)::int, likes_by, comments_by, shares_by
      where exists (select from posts where id = subject);
  end if;
end $$;

create function begin_post_counts() returns trigger language plpgsql as $$
begin
  insert into post_counts (post_id) select id from added;
  return null;
end $$;
create trigger posts_begin_counts after insert on posts referencing new table as added
  for each statement execute function begin_post_counts();

create function count_posts() returns trigger language plpgsql as $$
declare
  sign int := case tg_op when 'INSERT' then 1 else -1 end;
  change record;
begin
  for change in select author_id, count(*)::int as n from changed group by author_id order by author_id loop
    perform count_for_user(change.author_id, sign * change.n, 0, 0);
  end loop;
  return null;
end $$;
create trigger posts_count_added after insert on posts referencing new table as changed
  for each statement execute function count_posts();
create trigger posts_count_removed after delete on posts referencing old table as changed
  for each statement execute function count_posts();
