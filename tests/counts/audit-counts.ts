import { expect } from 'vitest'
import type { Nexus } from '../cast.ts'

/** Counts everything directly and answers what the counts tables say otherwise. */
const DRIFT = `
  with kept as (
    select 'user' as kind, user_id::bigint as id, sum(posts) as a, sum(followers) as b, sum(following) as c from user_counts group by user_id
    union all
    select 'post', post_id, sum(likes), sum(comments), sum(shares) from post_counts group by post_id
    union all
    select 'comment', comment_id, sum(likes), sum(replies), 0 from comment_counts group by comment_id
  ), direct as (
    select 'user' as kind, u.id::bigint as id, (select count(*) from posts where author_id = u.id) as a,
      (select count(*) from follows where following_id = u.id) as b, (select count(*) from follows where follower_id = u.id) as c from users u
    union all
    select 'post', p.id, (select count(*) from likes where post_id = p.id), (select count(*) from comments where post_id = p.id),
      (select count(*) from shares where post_id = p.id) from posts p
    union all
    select 'comment', c.id, (select count(*) from comment_likes where comment_id = c.id), (select count(*) from comments where parent_id = c.id), 0
    from comments c
  )
  select kind, id, row(k.a, k.b, k.c)::text as kept, row(d.a, d.b, d.c)::text as direct
  from kept k full join direct d using (kind, id)
  where (coalesce(k.a, 0), coalesce(k.b, 0), coalesce(k.c, 0)) is distinct from (coalesce(d.a, 0), coalesce(d.b, 0), coalesce(d.c, 0))`

/** Zero drift: every count of every user, post and comment is what a count of the rows themselves gives. */
export async function expectExactCounts(nexus: Nexus): Promise<void> {
  expect(await nexus.sql(DRIFT)).toEqual([])
}
