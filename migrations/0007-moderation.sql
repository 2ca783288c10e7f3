create table reports (
  id bigint primary key generated always as identity,
  reporter_id int references users on delete set null,
  post_id bigint references posts on delete set null,
  comment_id bigint references comments on delete set null,
  user_id int references users on delete set null,
  reason text not null check (char_length(reason) between 1 and 1000),
  created_at timestamptz not null default now(),
  constraint reports_one_thing check (num_nonnulls(post_id, comment_id, user_id) <= 1)
);
create index reports_of_reporter on reports (reporter_id);
create index reports_of_post on reports (post_id);
create index reports_of_comment on reports (comment_id);
create index reports_of_user on reports (user_id);
