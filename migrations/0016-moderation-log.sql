alter table reports
  add state text not null default 'open' check (state in ('open', 'resolved', 'dismissed')),
  add decided_at timestamptz;
create index reports_of_state on reports (state, id);

-- What moderators did, in rows that outlive whom and what they are about, and that nobody changes.
create table moderation_log (
  id bigint primary key generated always as identity,
  done_at timestamptz not null default now(),
  -- Null for who did it at the command line.
  moderator_id int,
  action text not null check (action in ('hide', 'restore', 'suspend', 'resolve', 'dismiss')),
  post_id bigint,
  comment_id bigint,
  user_id int,
  reason text not null check (char_length(reason) between 1 and 1000),
  -- The open reports that were decided by it.
  report_count int not null default 0,
  constraint moderation_log_one_thing check (num_nonnulls(post_id, comment_id, user_id) = 1)
);
create index moderation_log_of_post on moderation_log (post_id, id) where post_id is not null;
create index moderation_log_of_comment on moderation_log (comment_id, id) where comment_id is not null;
create index moderation_log_of_user on moderation_log (user_id, id) where user_id is not null;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are not changed', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger moderation_log_is_kept before update or delete or truncate on moderation_log for each statement execute function refuse_change();
