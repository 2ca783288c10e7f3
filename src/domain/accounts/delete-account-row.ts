import { z } from 'zod'
import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { NotYet } from '../../platform/unavailable.ts'
import { outlastLateWrites } from './late-writes.ts'

/** So many rows of one table may go with the account's row, by cascade; more would make the transaction long. */
const ROWS_BY_CASCADE_MAX = 500

// Posts and comments take others' rows along, and media have files, so that none may be left.
const mayBeDeleted = statement<{ ready: boolean }>(
  'accounts.may-be-deleted',
  `select not exists (select from posts where author_id = u.id) and not exists (select from comments where author_id = u.id)
     and not exists (select from media where owner_id = u.id) and not exists (
     select from (values
       ((select count(*) from (select from shares where user_id = u.id limit $2) few)),
       ((select count(*) from (select from likes where user_id = u.id limit $2) few)),
       ((select count(*) from (select from bookmarks where user_id = u.id limit $2) few)),
       ((select count(*) from (select from comment_likes where user_id = u.id limit $2) few)),
       ((select count(*) from (select from follows where follower_id = u.id limit $2) few)),
       ((select count(*) from (select from follows where following_id = u.id limit $2) few)),
       ((select count(*) from (select from blocks where blocker_id = u.id limit $2) few)),
       ((select count(*) from (select from blocks where blocked_id = u.id limit $2) few)),
       ((select count(*) from (select from mutes where muter_id = u.id limit $2) few)),
       ((select count(*) from (select from mutes where muted_id = u.id limit $2) few)),
       ((select count(*) from (select from notifications where recipient_id = u.id limit $2) few)),
       ((select count(*) from (select from notification_causes where actor_id = u.id limit $2) few))
     ) as tables (rows) where rows >= $2
   ) as ready from users u where u.id = $1 and u.closed_at is not null`,
)
const deleteRow = statement<never>('accounts.delete-row', 'delete from users where id = $1 and closed_at is not null')

/** The last of the jobs after an account was closed: when the other rooms have deleted what was theirs, the row itself goes. */
export const deleteAccountRow = defineJob({
  name: 'accounts.delete-row',
  input: z.object({ userId: z.number().int() }),
  lane: 'bulk',
  attemptsMax: 20,
  run: async ({ database }: { database: Reader & Writer }, { userId }) => {
    await outlastLateWrites(database, userId)
    const account = await firstRow(database, mayBeDeleted, [userId, ROWS_BY_CASCADE_MAX])
    if (account && !account.ready) throw new NotYet('other rooms have not yet deleted what was theirs')
    await database.transaction((tx) => tx.rows(deleteRow, [userId]))
  },
})
