import { type Reader, statement } from '../../platform/database/statement.ts'

/** How much of everything there was on a day. */
export interface DayFigures {
  /** Its beginning, in UTC. */
  day: Date
  newUsers: number
  /** Who left a trace: signed up, posted, commented, liked, shared or followed. */
  activeUsers: number
  posts: number
  comments: number
  /** Of posts. */
  likes: number
  shares: number
  follows: number
}

// Ids say when posts, comments and shares were made; the others are found by their times. All by an index, a day at a time.
const figuresOfDays = statement<DayFigures>(
  'analytics.figures-of-days',
  `select d.day,
     (select count(*)::int from users where created_at >= d.day and created_at < d.next and closed_at is null) as "newUsers",
     (select count(*)::int from (
        select id from users where created_at >= d.day and created_at < d.next and closed_at is null
        union select author_id from posts where id >= d.low and id < d.high and author_id > 0
        union select author_id from comments where id >= d.low and id < d.high and author_id > 0
        union select user_id from shares where id >= d.low and id < d.high
        union select user_id from likes where created_at >= d.day and created_at < d.next
        union select user_id from comment_likes where created_at >= d.day and created_at < d.next
        union select follower_id from follows where created_at >= d.day and created_at < d.next
      ) active) as "activeUsers",
     (select count(*)::int from posts where id >= d.low and id < d.high and author_id > 0) as posts,
     (select count(*)::int from comments where id >= d.low and id < d.high and author_id > 0) as comments,
     (select count(*)::int from likes where created_at >= d.day and created_at < d.next) as likes,
     (select count(*)::int from shares where id >= d.low and id < d.high) as shares,
     (select count(*)::int from follows where created_at >= d.day and created_at < d.next) as follows
   from (
     select day, day + interval '24 hours' as next, (ms << 12) as low, ((ms + 86400000) << 12) as high
     from unnest($1::timestamptz[]) day cross join lateral (select extract(epoch from day)::bigint * 1000 - 946684800000 as ms) instant
   ) d order by d.day`,
)

/** Counts the rows themselves of each of these days, oldest first. */
export async function countDays(reader: Reader, days: readonly Date[]): Promise<DayFigures[]> {
  return days.length === 0 ? [] : reader.rows(figuresOfDays, [days])
}
