import { deleteBatch, runInBatches } from '../../platform/database/run-in-batches.ts'
import type { Writer } from '../../platform/database/statement.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { Tick } from '../../platform/schedules/schedule.ts'
import { SESSION_DAYS } from '../accounts/sessions.ts'

const ROWS_A_BATCH_MAX = 500
/** A code that was used tells a thief for so long. */
const CODE_KEPT_DAYS = 1
/** Anybody may make apps known: one that nobody has let in is forgotten. */
const UNUSED_KEPT_DAYS = 30

const BATCHES = [
  deleteBatch('apps.delete-old-codes', {
    from: 'app_codes',
    key: 'hash',
    where: `expires_at < now() - interval '${CODE_KEPT_DAYS} days'`,
    rowsMax: ROWS_A_BATCH_MAX,
  }),
  deleteBatch('apps.delete-used-tokens', {
    from: 'app_tokens',
    key: 'hash',
    where: `used_at < now() - interval '${SESSION_DAYS} days'`,
    rowsMax: ROWS_A_BATCH_MAX,
  }),
  deleteBatch('apps.delete-unused', {
    from: 'apps',
    where: `created_at < now() - interval '${UNUSED_KEPT_DAYS} days' and not exists (select from app_tokens where app_id = apps.id)
      and not exists (select from app_codes where app_id = apps.id) and not exists (select from sessions where app_id = apps.id)`,
    rowsMax: ROWS_A_BATCH_MAX,
  }),
]

/** Deletes codes that are old, refresh tokens that were used long ago, and apps that nobody has let in for a month. */
export const sweepApps = defineJob({
  name: 'apps.sweep',
  input: Tick,
  lane: 'bulk',
  attemptsMax: 5,
  run: async ({ database }: { database: Writer }) => {
    for (const batch of BATCHES) await runInBatches(database, batch, [])
  },
})
