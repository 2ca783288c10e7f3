-- The tags of each post: in the form that they are compared by, and as written. Which words are tags is for src/domain/input/find-entities.ts to
-- say, so that posts from before get theirs by a job.
create table post_tags (
  post_id bigint not null references posts on delete cascade,
  tag text collate "C" not null check (char_length(tag) between 1 and 100),
  written text not null check (char_length(written) between 1 and 100),
  primary key (post_id, tag)
) with (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_insert_threshold = 1000);
create index post_tags_of_tag on post_tags (tag, post_id);

insert into jobs (name, lane, payload)
select 'posts.find-tags', 'bulk', '{"above": 0}' where exists (select from posts where content ~ '[#＃]');

-- Trends ask who liked what of late. Comments and shares have their time in their ids.
create index likes_by_time on likes (created_at);
