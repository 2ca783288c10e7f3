create type notification_kind as enum ('LIKE', 'COMMENT', 'REPLY', 'SHARE', 'FOLLOW', 'MENTION');
create type notification_channel as enum ('IN_APP', 'EMAIL');

-- What a user is told: one row per kind and thing, however many did it. What it is about has no foreign key, so that a post goes without a look
-- in here: what is not there any more is shown to nobody, and a job takes it away. 0 is for none: a post has no comment, a follow neither.
create table notifications (
  id bigint primary key generated always as identity,
  recipient_id int not null references users on delete cascade,
  kind notification_kind not null,
  post_id bigint not null default 0,
  comment_id bigint not null default 0,
  -- Its causes are numbered in the order in which they came; read are those up to read_cause.
  last_cause bigint not null default 1,
  read_cause bigint not null default 0,
  -- When the newest of its causes happened.
  last_at timestamptz not null,
  -- Causes that were dropped because there are too many.
  dropped int not null default 0,
  unique (recipient_id, kind, post_id, comment_id)
) with (fillfactor = 70);
create index notifications_of_post on notifications (post_id) where post_id > 0;
create index notifications_of_comment on notifications (comment_id) where comment_id > 0;

-- Who did it, one row each time.
create table notification_causes (
  notification_id bigint not null references notifications on delete cascade,
  actor_id int not null references users on delete cascade,
  -- The row that it is: a like, a share, a follow, a comment or a post; of a mention by a quote, the quoted post. Done again, it is another row.
  source_id bigint not null,
  -- The post or comment whose words it is; null for what has no words.
  text_id bigint,
  number bigint not null,
  happened_at timestamptz not null,
  primary key (actor_id, notification_id, source_id)
);
create index notification_causes_newest on notification_causes (notification_id, happened_at desc) include (actor_id, number, text_id);
create index notification_causes_of_text on notification_causes (text_id) where text_id is not null;

-- How often somebody was told at once, within a minute.
create table notification_announcements (
  recipient_id int primary key references users on delete cascade,
  minute timestamptz not null,
  many int not null
) with (fillfactor = 50);

-- What somebody set. What is not here is as it is for everybody.
create table notification_preferences (
  user_id int not null references users on delete cascade,
  kind notification_kind not null,
  channel notification_channel not null,
  enabled boolean not null,
  primary key (user_id, kind, channel)
);
