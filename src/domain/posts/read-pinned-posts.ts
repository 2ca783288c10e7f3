import { type Reader, statement } from '../../platform/database/statement.ts'
import { type Looker, maySeePost } from '../visibility/visibility-rules.ts'
import { PINS_MAX } from './pin-post.ts'
import { type Post, postColumns } from './read-posts.ts'

const pinnedPosts = statement<Post>(
  'posts.pinned-of-authors',
  `select r.* from unnest($1::int[]) as o (id) cross join lateral (
     select ${postColumns('$2')} from posts p join users a on a.id = p.author_id
     where p.author_id = o.id and p.pinned_at is not null order by p.pinned_at desc limit ${PINS_MAX}
   ) r`,
)

/** The posts that each author has pinned and the looker may see, the last pinned first. */
export async function readPinnedPosts(
  reader: Reader,
  authorIds: readonly number[],
  looker: Looker | undefined,
): Promise<Map<number, Post[]>> {
  const posts = await reader.rows(pinnedPosts, [authorIds, looker?.id ?? 0])
  return Map.groupBy(
    posts.filter((post) => maySeePost(post, looker)),
    (post) => post.authorId,
  )
}
