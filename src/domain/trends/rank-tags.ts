import { type Reader, statement } from '../../platform/database/statement.ts'
import { decayed, type TrendWindow, WINDOW_BEGINS_ID, weightOfPerson, windowValues } from './trend-rules.ts'

const TAGS_RANKED_MAX = 200
/** A tag stands as long as one of so many of its newest posts does. */
const POSTS_OF_TAG_MAX = 10

export interface RankedTag {
  tag: string
  /** As most of its posts write it. */
  written: string
  /** Public posts with it in the window. */
  postCount: number
  /** The newest of them. */
  postIds: number[]
}

/**
 * The tags that the most people used in public posts in the window. Each person counts once a tag, by their newest post with it. From the
 * primary key of post_tags, which is in the order of time.
 *
 * $1 to $4 as windowValues says, $5 how many tags, $6 how many posts of each
 */
const rankedTags = statement<RankedTag>(
  'trends.rank-tags',
  `with uses as materialized (
     select t.tag, t.written, t.post_id, p.created_at, p.author_id
     from post_tags t join posts p on p.id = t.post_id join users author on author.id = p.author_id
     where t.post_id > ${WINDOW_BEGINS_ID} and p.visibility = 'PUBLIC' and p.hidden_at is null
       and author.suspended_at is null and author.closed_at is null
     order by t.post_id desc limit $4
   ), people as (
     select tag, author_id, max(created_at) as at from uses group by tag, author_id
   ), counted as (
     select n.tag, ${decayed('n.at')} * ${weightOfPerson('person', 'count(*) over (partition by n.author_id)')} as weight
     from people n join users person on person.id = n.author_id
   ), ranked as (
     select tag, sum(weight) as score from counted group by tag order by score desc, tag limit $5
   )
   select r.tag, mode() within group (order by u.written) as written, count(*)::int as "postCount",
     (array_agg(u.post_id order by u.post_id desc))[1:$6] as "postIds"
   from ranked r join uses u on u.tag = r.tag group by r.tag, r.score order by r.score desc, r.tag`,
)

/** The tags that trend, the strongest first. */
export function rankTags(reader: Reader, window: TrendWindow): Promise<RankedTag[]> {
  return reader.rows(rankedTags, [...windowValues(window), TAGS_RANKED_MAX, POSTS_OF_TAG_MAX])
}
