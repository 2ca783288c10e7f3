import { type Reader, statement } from '../../platform/database/statement.ts'
import { type AuthorColumns, authorColumns, authorOf } from '../accounts/author-columns.ts'
import type { User } from '../accounts/read-users.ts'
import { acceptFirst } from '../input/page-rules.ts'
import type { PostCounts } from '../interactions/read-counts.ts'
import { type Post, postColumns } from '../posts/read-posts.ts'
import { type Looker, maySeePost } from '../visibility/visibility-rules.ts'
import type { Rankings } from './open-rankings.ts'
import type { TrendWindow } from './trend-rules.ts'

/** So many more than wanted are looked at each time, for those that the viewer does not see. */
const SPARE = 10
const LOOKS_MAX = 4

export type TrendingPost = Post & { author: User; counts: PostCounts }

/**
 * The first posts of a window's ranking that the looker sees now: without what was deleted or hidden since, of whom is suspended or gone, across a
 * block, or muted. Fewer when the looker sees hardly any.
 * @throws BAD_USER_INPUT for a `first` outside of 1..100
 */
export async function readTrendingPosts(
  reader: Reader,
  rankings: Pick<Rankings, 'posts'>,
  { first, window }: { first: number; window: TrendWindow },
  looker: Looker | undefined,
): Promise<TrendingPost[]> {
  const limit = acceptFirst(first)
  const ranked = await rankings.posts.read(window)
  const seen: TrendingPost[] = []
  for (let [looks, from] = [0, 0]; looks < LOOKS_MAX && from < ranked.length && seen.length < limit; looks += 1) {
    const ids = ranked.slice(from, from + limit + SPARE)
    seen.push(...(await readSeen(reader, ids, looker)))
    from += ids.length
  }
  return seen.slice(0, limit)
}

type Row = Post & AuthorColumns & Omit<PostCounts, 'postId'> & { authorMuted: boolean }

const postsAsSeen = statement<Row>(
  'trends.posts-as-seen',
  `select ${postColumns('$1')}, ${authorColumns('a')},
     (select true from mutes where muter_id = $1 and muted_id = p.author_id limit 1) is not null as "authorMuted",
     coalesce(c.likes, 0)::int as likes, coalesce(c.comments, 0)::int as comments, coalesce(c.shares, 0)::int as shares
   from unnest($2::bigint[]) with ordinality as asked (id, place) join posts p on p.id = asked.id join users a on a.id = p.author_id
     left join lateral (
       select sum(likes) as likes, sum(comments) as comments, sum(shares) as shares from post_counts where post_id = p.id
     ) c on true
   order by asked.place`,
)

async function readSeen(reader: Reader, ids: readonly number[], looker: Looker | undefined): Promise<TrendingPost[]> {
  const rows = await reader.rows(postsAsSeen, [looker?.id ?? 0, ids])
  return rows
    .filter((post) => maySeePost(post, looker) && !post.hidden && !post.authorSuspended && !post.authorMuted)
    .map(({ likes, comments, shares, ...post }) => ({
      ...post,
      author: authorOf(post),
      counts: { postId: post.id, likes, comments, shares },
    }))
}
