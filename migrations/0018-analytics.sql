-- The figures of days that are over, as they were when they were counted last.
create table analytics_days (
  day date primary key,
  new_users int not null,
  active_users int not null,
  posts int not null,
  comments int not null,
  likes int not null,
  shares int not null,
  follows int not null,
  counted_at timestamptz not null default now()
);
-- What has its time in no id is found by it. Rows come in the order of their times, so a summary of each stretch of the table is enough.
create index users_by_time on users using brin (created_at) with (pages_per_range = 32);
create index comment_likes_by_time on comment_likes using brin (created_at) with (pages_per_range = 32);
create index follows_by_time on follows using brin (created_at) with (pages_per_range = 32);
