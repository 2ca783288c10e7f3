import { firstRow, type Reader, statement } from '../../platform/database/statement.ts'
import { NotYet } from '../../platform/unavailable.ts'

/** After so long no write that began before the account was closed is still under way. */
const SECONDS_AFTER_CLOSING = 5

const closedJustNow = statement<{ justNow: boolean | null }>(
  'accounts.closed-just-now',
  'select closed_at > now() - make_interval(secs => $2) as "justNow" from users where id = $1',
)

/** What was written while an account was being closed may still be committed: a job that deletes what was theirs ends only after that. @throws NotYet */
export async function outlastLateWrites(reader: Reader, userId: number): Promise<void> {
  const account = await firstRow(reader, closedJustNow, [userId, SECONDS_AFTER_CLOSING])
  if (account?.justNow) throw new NotYet('the account was closed just now')
}
