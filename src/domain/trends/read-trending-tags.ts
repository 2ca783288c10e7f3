import { type Reader, statement } from '../../platform/database/statement.ts'
import { acceptFirst } from '../input/page-rules.ts'
import type { Looker } from '../visibility/visibility-rules.ts'
import type { Rankings } from './open-rankings.ts'
import type { RankedTag } from './rank-tags.ts'
import type { TrendWindow } from './trend-rules.ts'

const SPARE = 5
const LOOKS_MAX = 4

export interface TrendingTag {
  tag: string
  postCount: number
}

/**
 * The first tags of a window's ranking of which the looker sees a post now. The count is of everyone's public posts with the tag in the window, whoever
 * looks.
 * @throws BAD_USER_INPUT for a `first` outside of 1..100
 */
export async function readTrendingTags(
  reader: Reader,
  rankings: Pick<Rankings, 'tags'>,
  { first, window }: { first: number; window: TrendWindow },
  looker: Looker | undefined,
): Promise<TrendingTag[]> {
  const limit = acceptFirst(first)
  const ranked = await rankings.tags.read(window)
  const seen: TrendingTag[] = []
  for (let [looks, from] = [0, 0]; looks < LOOKS_MAX && from < ranked.length && seen.length < limit; looks += 1) {
    const tags = ranked.slice(from, from + limit + SPARE)
    seen.push(...(await readSeen(reader, tags, looker)))
    from += tags.length
  }
  return seen.slice(0, limit)
}

/**
 * How many of the posts asked for, of each tag, still stand, and whether the viewer ($1) sees one of them. $2 the tags and $3 the posts, in
 * pairs.
 */
const standing = statement<{ tag: string; posts: number; seen: boolean }>(
  'trends.tags-standing',
  `with unheard as materialized (
     select muted_id as id from mutes where muter_id = $1
     union all select blocked_id from blocks where blocker_id = $1
     union all select blocker_id from blocks where blocked_id = $1
   )
   select asked.tag, count(*)::int as posts, bool_or(p.author_id not in (select id from unheard)) as seen
   from unnest($2::text[], $3::bigint[]) as asked (tag, id) join post_tags t on t.post_id = asked.id and t.tag = asked.tag
     join posts p on p.id = asked.id join users a on a.id = p.author_id
   where p.hidden_at is null and a.suspended_at is null and a.closed_at is null group by asked.tag`,
)

async function readSeen(reader: Reader, tags: readonly RankedTag[], looker: Looker | undefined): Promise<TrendingTag[]> {
  const pairs = tags.flatMap(({ tag, postIds }) => postIds.map((id) => ({ tag, id })))
  const rows = await reader.rows(standing, [looker?.id ?? 0, pairs.map(({ tag }) => tag), pairs.map(({ id }) => id)])
  const byTag = new Map(rows.map((row) => [row.tag, row]))
  return tags.flatMap(({ tag, written, postCount, postIds }) => {
    const found = byTag.get(tag)
    return found?.seen ? [{ tag: written, postCount: postCount - (postIds.length - found.posts) }] : []
  })
}
