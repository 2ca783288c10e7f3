-- Deliveries of entries have lanes of their own, many at once that go the same steps together, and chunks of large authors apart from them.
alter table jobs drop constraint jobs_lane_check, add constraint jobs_lane_check check (lane in ('prompt', 'feeds', 'chunks', 'bulk'));
update jobs set lane = 'feeds', sent_at = null, next_try_at = now() where name = 'feeds.fan-out' and failed_at is null and lane = 'prompt';
update jobs set lane = 'chunks', sent_at = null, next_try_at = now() where name = 'feeds.fan-out-chunk' and failed_at is null and lane = 'bulk';

-- Whom an author's entry goes to is read without the table.
drop index follows_of_following;
create index follows_of_following on follows (following_id, id) include (follower_id);
