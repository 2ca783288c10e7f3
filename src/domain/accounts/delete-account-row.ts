import { z } from 'zod'
import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { defineJob } from '../../platform/queue/job.ts'

/** So many rows of one table may go with the account's row, by cascade; more would make the transaction long. */
const ROWS_BY_CASCADE_MAX = 500
/** After so long no write that began before the account was closed is still under way. */
const SECONDS_AFTER_CLOSING = 5

const mayBeDeleted = statement<{ ready: boolean }>(
  'accounts.may-be-deleted',
  `select u.closed_at < now() - make_interval(secs => $2) and not exists (
     select from (values
       ((select count(*) from (select from posts where author_id = u.id limit $3) few)),
       ((select count(*) from (select from comments where author_id = u.id limit $3) few)),
       ((select count(*) from (select from shares where user_id = u.id limit $3) few)),
       ((select count(*) from (select from likes where user_id = u.id limit $3) few)),
       ((select count(*) from (select from comment_likes where user_id = u.id limit $3) few)),
       ((select count(*) from (select from follows where follower_id = u.id limit $3) few)),
       ((select count(*) from (select from follows where following_id = u.id limit $3) few))
     ) as tables (rows) where rows >= $3
   ) as ready from users u where u.id = $1 and u.closed_at is not null`,
)
const deleteRow = statement<never>('accounts.delete-row', 'delete from users where id = $1 and closed_at is not null')

/** The last of the jobs after an account was closed: when the other rooms have deleted what was theirs, the row itself goes. */
export const deleteAccountRow = defineJob({
  name: 'accounts.delete-row',
  input: z.object({ userId: z.number().int() }),
  attemptsMax: 20,
  run: async ({ database }: { database: Reader & Writer }, { userId }) => {
    const account = await firstRow(database, mayBeDeleted, [userId, SECONDS_AFTER_CLOSING, ROWS_BY_CASCADE_MAX])
    if (account && !account.ready) throw new Error('other rooms have not yet deleted what was theirs')
    await database.transaction((tx) => tx.rows(deleteRow, [userId]))
  },
})
