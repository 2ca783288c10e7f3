import { firstRow, type Reader, statement } from '../../platform/database/statement.ts'

/** What a server tells everybody of itself. */
export interface Totals {
  users: number
  /** Those who wrote, liked or followed within a month, and a half of a year. */
  activeMonth: number
  activeHalfYear: number
  posts: number
  comments: number
}

const KEPT_MS = 10 * 60_000

// All rows are counted, which is why the answer is kept.
const totals = statement<Totals>(
  'analytics.totals',
  `select (select count(*)::int from users where closed_at is null) as users,
     (select count(*)::int from viewers where wrote_at > now() - interval '30 days') as "activeMonth",
     (select count(*)::int from viewers where wrote_at > now() - interval '180 days') as "activeHalfYear",
     (select count(*)::int from posts) as posts, (select count(*)::int from comments) as comments`,
)

/** Makes the function that reads the totals: as they were within the last ten minutes. */
export function keepTotals(reader: Reader): () => Promise<Totals> {
  let kept: Promise<Totals> | undefined
  let until = 0
  return () => {
    if (kept && performance.now() < until) return kept
    until = performance.now() + KEPT_MS
    const read = readTotals(reader)
    read.catch(() => {
      if (kept === read) kept = undefined
    })
    kept = read
    return read
  }
}

async function readTotals(reader: Reader): Promise<Totals> {
  return (await firstRow(reader, totals, [])) ?? { users: 0, activeMonth: 0, activeHalfYear: 0, posts: 0, comments: 0 }
}
