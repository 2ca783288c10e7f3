-- What a post says of itself: a warning in front of it, whether its media are to be covered, and its language (BCP 47). And where its author pinned it.
alter table posts
  add column content_warning text check (char_length(content_warning) between 1 and 500),
  add column sensitive boolean not null default false,
  add column language text check (char_length(language) between 2 and 35),
  add column pinned_at timestamptz;
create index posts_pinned on posts (author_id, pinned_at) where pinned_at is not null;

alter table post_edits
  add column content_warning text,
  add column sensitive boolean not null default false;

-- Whoever bookmarks something tells nobody: it has no count.
create table bookmarks (
  id bigint primary key generated always as identity,
  user_id int not null references users on delete cascade,
  post_id bigint not null references posts on delete cascade,
  created_at timestamptz not null default now(),
  unique (user_id, post_id)
);
create index bookmarks_of_user on bookmarks (user_id, id);
create index bookmarks_of_post on bookmarks (post_id);
create index likes_of_user on likes (user_id, id);

-- A client's key for a comment, as post_keys has them for posts.
create table comment_keys (
  author_id int not null references users on delete cascade,
  key text not null check (char_length(key) between 1 and 100),
  comment_id bigint references comments on delete set null,
  created_at timestamptz not null default now(),
  primary key (author_id, key)
);
create index comment_keys_of_comment on comment_keys (comment_id);
