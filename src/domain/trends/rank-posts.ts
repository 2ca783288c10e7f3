import { type Reader, statement } from '../../platform/database/statement.ts'
import { ACT_WEIGHTS, decayed, type TrendWindow, WINDOW_BEGINS, WINDOW_BEGINS_ID, weightOfPerson, windowValues } from './trend-rules.ts'

/** Whoever pages through more has seen what trends. */
const POSTS_RANKED_MAX = 500

/**
 * The posts on which the most people acted in the window, whatever their own age. Each person counts once a post, by the act that weighs most
 * now; the author does not, and nobody does who is suspended or gone. From likes_by_time, and the primary keys of comments and shares, which
 * are in the order of time.
 *
 * $1 to $4 as windowValues says, $5 how many posts
 */
const rankedPosts = statement<{ id: number }>(
  'trends.rank-posts',
  `with acts as (
     (select post_id, user_id, created_at as at, ${ACT_WEIGHTS.like}::float8 as weight from likes
      where created_at > ${WINDOW_BEGINS} order by created_at desc limit $4)
     union all
     (select post_id, author_id, created_at, ${ACT_WEIGHTS.comment} from comments
      where id > ${WINDOW_BEGINS_ID} and hidden_at is null order by id desc limit $4)
     union all
     (select post_id, user_id, created_at, ${ACT_WEIGHTS.share} from shares
      where id > ${WINDOW_BEGINS_ID} order by id desc limit $4)
   ), people as (
     select post_id, user_id, max(weight * ${decayed('at')}) as weight from acts group by post_id, user_id
   ), counted as (
     select p.id, n.weight * ${weightOfPerson('person', 'count(*) over (partition by n.user_id)')} as weight
     from people n join posts p on p.id = n.post_id join users author on author.id = p.author_id join users person on person.id = n.user_id
     where p.visibility = 'PUBLIC' and p.hidden_at is null and p.author_id <> n.user_id
       and author.suspended_at is null and author.closed_at is null and person.suspended_at is null and person.closed_at is null
   )
   select id from counted group by id order by sum(weight) desc, id desc limit $5`,
)

/** The ids of the posts that trend, the strongest first. */
export async function rankPosts(reader: Reader, window: TrendWindow): Promise<number[]> {
  return (await reader.rows(rankedPosts, [...windowValues(window), POSTS_RANKED_MAX])).map(({ id }) => id)
}
