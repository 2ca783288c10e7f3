import { firstRow, type Reader, statement } from '../../platform/database/statement.ts'
import { refuseInput } from '../../refusals.ts'
import { countDays, type DayFigures } from './count-days.ts'

const DAYS_MAX = 366
const DAY_MS = 86_400_000

const keptFigures = statement<DayFigures>(
  'analytics.kept-figures',
  `select day::timestamp at time zone 'UTC' as day, new_users as "newUsers", active_users as "activeUsers", posts, comments, likes, shares, follows
   from analytics_days where day >= ($1::timestamptz at time zone 'UTC')::date and day < ($2::timestamptz at time zone 'UTC')::date`,
)
const now = statement<{ now: Date }>('analytics.now', 'select now()')

/**
 * The figures of each day in UTC from the one of `from` to the last that begins before `to`, oldest first; a day that has not begun has none. Today's
 * are those so far. @throws BAD_USER_INPUT when `to` lies before `from`, or more than 366 days after
 */
export async function readAnalytics(reader: Reader, from: Date, to: Date): Promise<DayFigures[]> {
  const first = startOfDay(from)
  if (to < from) throw refuseInput('to', 'to must not lie before from.')
  if (to.getTime() - first > DAYS_MAX * DAY_MS) throw refuseInput('to', `to must lie at most ${DAYS_MAX} days after the day of from.`)
  const today = startOfDay((await firstRow(reader, now, []))?.now ?? new Date())
  const days: number[] = []
  for (let day = first; day < to.getTime() && day <= today; day += DAY_MS) days.push(day)
  if (days.length === 0) return []
  // What was kept of today was counted while it was another day's clock.
  const kept = new Map(
    (await reader.rows(keptFigures, [new Date(first), new Date(today)])).map((figures) => [figures.day.getTime(), figures]),
  )
  const counted = await countDays(
    reader,
    days.filter((day) => !kept.has(day)).map((day) => new Date(day)),
  )
  for (const figures of counted) kept.set(figures.day.getTime(), figures)
  return days.flatMap((day) => kept.get(day) ?? [])
}

function startOfDay(instant: Date): number {
  return Math.floor(instant.getTime() / DAY_MS) * DAY_MS
}
