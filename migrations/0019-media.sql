-- A picture that somebody uploaded. Its files bear its name; a post takes it, or nobody, and then it is swept.
create table media (
  id bigint primary key generated always as identity,
  owner_id int not null references users on delete cascade,
  -- 128 random bits.
  name text not null unique check (name ~ '^[A-Za-z0-9_-]{22}$'),
  kind text not null default 'IMAGE' check (kind in ('IMAGE', 'VIDEO')),
  width int not null check (width > 0),
  height int not null check (height > 0),
  -- Of both files.
  bytes bigint not null check (bytes > 0),
  placeholder text not null,
  blurhash text not null,
  alt_text text check (char_length(alt_text) between 1 and 1500),
  created_at timestamptz not null default now(),
  -- When both files were there.
  stored_at timestamptz,
  post_id bigint references posts on delete cascade,
  position int check (position between 0 and 3),
  constraint medium_has_its_place check ((post_id is null) = (position is null) and (post_id is null or stored_at is not null))
);
create unique index media_of_post on media (post_id, position) where post_id is not null;
create index media_of_owner on media (owner_id) include (bytes);
create index media_unused on media (created_at) where post_id is null;

-- Names whose rows are gone and whose files are to be deleted.
create table media_leftovers (
  name text primary key,
  due_at timestamptz not null
);
create index media_leftovers_due on media_leftovers (due_at);

-- Whatever deletes the row, a cascade or an operator. Of an upload under way a file may still come: it is waited for.
create function leave_media_files() returns trigger language plpgsql as $$
begin
  insert into media_leftovers (name, due_at)
    select name, case when stored_at is null then now() + interval '1 hour' else now() end from removed
    on conflict do nothing;
  return null;
end $$;
create trigger media_leave_files after delete on media referencing old table as removed
  for each statement execute function leave_media_files();
