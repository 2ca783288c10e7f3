import { type Reader, statement } from '../../platform/database/statement.ts'
import { NEWEST } from '../../platform/ids.ts'

/**
 * A stretch of what matches a query, from the post `top` down to `low`, which is ranked by itself: so that a common word is ranked among the
 * newest that have it, and whatever is written or deleted meanwhile, the rest of the stretch stays where it was.
 */
export interface Stretch {
  top: number
  /** 0: down to the beginning. */
  low: number
}

export interface RankedPost {
  postId: number
  /** Neither the hour nor what else is found changes it. */
  score: number
}

/** So many of the newest that match are ranked together, at least, if there are as many. */
const RANKED_MIN = 300
/** Edits may have brought further ones into a stretch that is read again. */
const RANKED_MAX = 4 * RANKED_MIN
/** Twice as relevant is as good as three weeks newer. */
const RELEVANCE_MS = 30 * 24 * 60 * 60 * 1000

// The newest that match are looked for in growing spans of time, each by the words and the span's own lexeme (search_spans): so it reads what
// is in the span, not all that have a common word, and stops at the span that has enough. "+ 0" keeps to the index of words,
// "offset 0" from looking twice for what is counted, too.
// 8 ms for the commonest words among 500,000 posts (bench/search.ts, 2026-11).
const matches = statement<RankedPost & { newest: number }>(
  'search.ranked-posts',
  `with recursive top as (
     select least($2::bigint, (select max(post_id) from post_words)) as id
   ), walk (step, below, ids, found) as (
     select 0, id + 1, '{}'::bigint[], 0 from top
     union all
     select step + 1, low, matching.ids, found + cardinality(matching.ids)
     from walk cross join top
     cross join lateral (select (array[20, 24, 28, 32, 36])[step + 1] as span) spans
     cross join lateral (select greatest($3::bigint, coalesce(((top.id >> (12 + span)) - 1) << (12 + span), 0)) as low,
       coalesce($1::tsquery && format('''@%s/%s'' | ''@%s/%s''', span, top.id >> (12 + span), span, (top.id >> (12 + span)) - 1)::tsquery, $1::tsquery)
         as query) bounds
     cross join lateral (select array(
       select post_id from post_words where words @@ bounds.query and post_id + 0 >= low and post_id + 0 < below
       order by post_id + 0 desc limit $4) as ids offset 0) matching
     where found < $4 and below > greatest($3::bigint, 1) and step < 6
   )
   select post_id as "postId", ln(ts_rank(words, $1::tsquery, 1) + 1e-9) + (post_id >> 12) / ${RELEVANCE_MS}::float8 as score,
     (select id from top) as newest
   from (select unnest(ids) as post_id from walk) matching join post_words using (post_id)
   order by score desc, post_id desc`,
)

/**
 * Ranks the newest posts that match and are not newer than `top`: the best first, and which stretch it is. Given a stretch, ranks that one anew.
 * A stretch begins at the newest post of all: at the newest that matches, cursors would tell of posts that may not be seen.
 */
export async function rankPosts(
  reader: Reader,
  tsquery: string,
  { top, low }: Stretch,
): Promise<{ ranked: RankedPost[]; stretch: Stretch }> {
  const again = low > 0
  const ranked = await reader.rows(matches, [tsquery, top, low, again ? RANKED_MAX : RANKED_MIN])
  if (again) return { ranked, stretch: { top, low } }
  const ids = ranked.map(({ postId }) => postId)
  const complete = ranked.length < RANKED_MIN
  return { ranked, stretch: { top: ranked[0]?.newest ?? top, low: complete ? 0 : Math.min(...ids) } }
}

/** Where a search begins. */
export const FROM_THE_NEWEST: Stretch = { top: NEWEST, low: 0 }
