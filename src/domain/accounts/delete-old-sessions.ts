import { deleteBatch, runInBatches } from '../../platform/database/run-in-batches.ts'
import type { Writer } from '../../platform/database/statement.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { Tick } from '../../platform/schedules/schedule.ts'
import { SESSION_DAYS } from './sessions.ts'

const ROWS_A_BATCH_MAX = 500
/** What has ended is kept for so long, for whoever looks into what happened. */
const KEPT_DAYS = 30

const isLongAgo = (column: string, days = KEPT_DAYS) => `${column} < now() - interval '${days} days'`
const ENDED_LONG_AGO = `(${isLongAgo('expires_at')} or ${isLongAgo('ended_at')})`

// The tokens go first, so that no session takes thousands along. A used one tells a thief for as long as a session may lie unused.
const BATCHES = [
  deleteBatch('accounts.delete-old-refresh-tokens', {
    from: 'refresh_tokens',
    key: 'hash',
    where: `(${isLongAgo('used_at', SESSION_DAYS)} or session_id in (select id from sessions where ${ENDED_LONG_AGO}))`,
    rowsMax: ROWS_A_BATCH_MAX,
  }),
  deleteBatch('accounts.delete-old-sessions', { from: 'sessions', where: ENDED_LONG_AGO, rowsMax: ROWS_A_BATCH_MAX }),
  deleteBatch('accounts.delete-old-mail-tokens', {
    from: 'mail_tokens',
    key: 'hash',
    where: isLongAgo('expires_at'),
    rowsMax: ROWS_A_BATCH_MAX,
  }),
]

/** Deletes sessions that ended long ago, with their refresh tokens, and tokens that are long useless. @throws NotYet when there are more */
export async function deleteOldSessions(database: Writer): Promise<void> {
  for (const batch of BATCHES) await runInBatches(database, batch, [])
}

/** Deletes sessions and tokens of mails that ended 30 days ago. */
export const sweepSessions = defineJob({
  name: 'accounts.sweep-sessions',
  input: Tick,
  lane: 'bulk',
  attemptsMax: 5,
  run: ({ database }: { database: Writer }) => deleteOldSessions(database),
})
