import { type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { Tick } from '../../platform/schedules/schedule.ts'
import { NotYet } from '../../platform/unavailable.ts'
import { countDays } from './count-days.ts'

/** What is deleted within so many days after is still brought into their figures. */
const RECOUNTED_DAYS = 7
/** Days that are counted by one statement, which ends well within a read's 5 s where a day has a million likes. */
const DAYS_A_BATCH_MAX = 10
/** After so long a run makes room for others, and the next goes on: its lease is longer. */
const RUN_MS_MAX = 20_000

// From the first day of which there is anything to yesterday: those without figures, and the last few that were not counted since the tick.
const daysToCount = statement<{ day: Date }>(
  'analytics.days-to-count',
  `with today as (select date_trunc('day', now() at time zone 'UTC') as day),
     first as (
       select date_trunc('day', least(
         (select min(created_at) from users), (select id_instant(min(id)) from posts), (select min(created_at) from follows)
       ) at time zone 'UTC') as day)
   select each_day at time zone 'UTC' as day
   from today, first, generate_series(greatest(first.day, '2000-01-01'), today.day - interval '1 day', interval '1 day') each_day
   where (each_day >= today.day - make_interval(days => $1) and not exists (
       select from analytics_days where day = each_day::date and counted_at >= $3::timestamptz))
     or not exists (select from analytics_days where day = each_day::date)
   order by each_day desc limit $2`,
)

/** Counts the days that are over and have no figures, and once more those of the last week. */
export const countPastDays = defineJob({
  name: 'analytics.count-days',
  input: Tick,
  lane: 'bulk',
  attemptsMax: 8,
  run: async ({ database }: { database: Reader & Writer }, { dueAt }) => {
    const startedAt = performance.now()
    for (;;) {
      const days = await database.rows(daysToCount, [RECOUNTED_DAYS, DAYS_A_BATCH_MAX, dueAt])
      if (days.length === 0) return
      const figures = await countDays(
        database,
        days.map(({ day }) => day),
      )
      await database.transaction((tx) => tx.rows(keepFigures, [JSON.stringify(figures)]))
      if (performance.now() - startedAt > RUN_MS_MAX) throw new NotYet('there are more days to count')
    }
  },
})

const keepFigures = statement<never>(
  'analytics.keep-figures',
  `insert into analytics_days (day, new_users, active_users, posts, comments, likes, shares, follows)
   select (day at time zone 'UTC')::date, "newUsers", "activeUsers", posts, comments, likes, shares, follows
   from jsonb_to_recordset($1::jsonb) as figures
     (day timestamptz, "newUsers" int, "activeUsers" int, posts int, comments int, likes int, shares int, follows int)
   on conflict (day) do update set new_users = excluded.new_users, active_users = excluded.active_users, posts = excluded.posts,
     comments = excluded.comments, likes = excluded.likes, shares = excluded.shares, follows = excluded.follows, counted_at = now()`,
)
