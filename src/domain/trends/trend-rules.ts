export type TrendWindow = 'HOUR' | 'DAY' | 'WEEK'

const HOUR_SECONDS = 3600

/** How long a window is, and how many acts of one person weigh fully in it. */
const WINDOWS: Readonly<Record<TrendWindow, { seconds: number; budget: number }>> = {
  HOUR: { seconds: HOUR_SECONDS, budget: 10 },
  DAY: { seconds: 24 * HOUR_SECONDS, budget: 30 },
  WEEK: { seconds: 7 * 24 * HOUR_SECONDS, budget: 100 },
}

/** What was done weighs half after a quarter of the window. */
const HALF_LIVES_A_WINDOW = 4

/** What one person's act weighs. No act of one weighs as much as those of two. */
export const ACT_WEIGHTS = { like: 1, comment: 1.25, share: 1.5 }
/** Of an account's first day. */
const NEW_ACCOUNT_WEIGHT = 0.25
/** So many acts of a kind, the newest, are looked at: what is left out of a busier week weighs little. */
const ACTS_MAX = 100_000

/** What the statements of both rankings begin with: the window's length and half-life in seconds, the budget of a person, and how many acts. */
export function windowValues(window: TrendWindow): [seconds: number, halfLife: number, budget: number, actsMax: number] {
  const { seconds, budget } = WINDOWS[window]
  return [seconds, seconds / HALF_LIVES_A_WINDOW, budget, ACTS_MAX]
}

/** For statements that take windowValues: where the window begins, as an instant and as an id. */
export const WINDOW_BEGINS = 'now() - make_interval(secs => $1::float8)'
export const WINDOW_BEGINS_ID = `((floor(extract(epoch from ${WINDOW_BEGINS}) * 1000)::bigint - 946684800000) << 12)`

/** The share that is left of the weight of something done at an instant. */
export function decayed(instant: string): string {
  return `power(0.5, extract(epoch from now() - ${instant})::float8 / $2::float8)`
}

/** Of a person with so many acts in the window: beyond their budget, it is shared among them. A new account has a part of it. */
export function weightOfPerson(person: string, acts: string): string {
  return `least(1, $3::float8 / ${acts}) * case when ${person}.created_at > now() - interval '1 day' then ${NEW_ACCOUNT_WEIGHT} else 1 end`
}
