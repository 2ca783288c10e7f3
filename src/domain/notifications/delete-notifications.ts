import { z } from 'zod'
import { BATCHES_A_RUN_MAX, deleteBatch, runInBatches } from '../../platform/database/run-in-batches.ts'
import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { addJobs } from '../../platform/queue/add-jobs.ts'
import { defineJob, type Job } from '../../platform/queue/job.ts'
import { NotYet } from '../../platform/unavailable.ts'
import { outlastLateWrites } from '../accounts/late-writes.ts'
import { announceChanges } from './announce-changes.ts'
import { type CauseKey, type Changed, dropCauses } from './keep-causes.ts'
import { lockThing } from './lock-thing.ts'

const NOTIFICATIONS_A_BATCH_MAX = 20
const CAUSES_A_BATCH_MAX = 200
/** What was read is kept for so long after it last happened. */
const READ_KEPT_DAYS = 90

const deleteSomeOfPost = statement<Changed>(
  'notifications.delete-of-post',
  `delete from notifications where id in (select id from notifications where post_id = $1 and post_id > 0 limit ${NOTIFICATIONS_A_BATCH_MAX})
   returning id as "notificationId", recipient_id as "userId"`,
)

/** Takes back whatever was told of a deleted post, its comments among it. */
export const deleteOfPost = defineJob({
  name: 'notifications.delete-of-post',
  input: z.object({ postId: z.number().int() }),
  attemptsMax: 12,
  run: async ({ database }: { database: Writer }, { postId }) => {
    for (let batches = 0; batches < BATCHES_A_RUN_MAX; batches += 1) {
      const deleted = await database.transaction(async (tx) => {
        await lockThing(tx, 'post', postId)
        const retracted = await tx.rows(deleteSomeOfPost, [postId])
        await announceChanges(tx, { added: [], retracted })
        return retracted.length
      })
      if (deleted === 0) return
    }
    throw new NotYet('there are more notifications than one run deletes')
  },
})

const deleteToUser = deleteBatch('notifications.delete-to-user', {
  from: 'notifications',
  where: 'recipient_id = $1',
  rowsMax: NOTIFICATIONS_A_BATCH_MAX,
})
const causesOfUser = statement<CauseKey>(
  'notifications.causes-of-user',
  `select notification_id as "notificationId", actor_id as "actorId", source_id as "sourceId" from notification_causes
   where actor_id = $1 limit ${CAUSES_A_BATCH_MAX}`,
)

/** Deletes what a closed account was told, and what others were told of it. */
export const deleteNotificationsOf = defineJob({
  name: 'notifications.delete-of-user',
  input: z.object({ userId: z.number().int() }),
  lane: 'bulk',
  attemptsMax: 20,
  run: async ({ database }: { database: Reader & Writer }, { userId }) => {
    await runInBatches(database, deleteToUser, [userId])
    for (let batches = 0; batches < BATCHES_A_RUN_MAX; batches += 1) {
      const retracted = await database.transaction(async (tx) => {
        const dropped = await dropCauses(tx, await tx.rows(causesOfUser, [userId]))
        await announceChanges(tx, { added: [], retracted: dropped })
        return dropped.length
      })
      if (retracted === 0) return outlastLateWrites(database, userId)
    }
    throw new NotYet('there is more of the account than one run deletes')
  },
})

/** Looked at in one transaction. */
const LOOKED_AT_MAX = 500

// By its key: what an index would have to know changes each time that somebody does something.
const deleteReadBeyond = statement<{ last: number | null }>(
  'notifications.delete-old',
  `with looked_at as (select id, read_cause = last_cause and last_at < now() - interval '${READ_KEPT_DAYS} days' as is_old
       from notifications where id > $1 order by id limit ${LOOKED_AT_MAX}),
     deleted as (delete from notifications n using looked_at l where l.is_old and n.id = l.id and n.read_cause = n.last_cause)
   select max(id) as last from looked_at`,
)

/** Deletes what was read and is old. What is unread stays, however old it is. It goes on as another job where there is much. */
export const deleteOldNotifications: Job<{ after?: number | undefined }, { database: Writer }> = defineJob({
  name: 'notifications.delete-old',
  input: z.object({ after: z.number().int().optional() }),
  lane: 'bulk',
  attemptsMax: 5,
  run: async ({ database }: { database: Writer }, { after = 0 }) => {
    let last = after
    for (let batches = 0; batches < BATCHES_A_RUN_MAX; batches += 1) {
      const looked = await database.transaction((tx) => firstRow(tx, deleteReadBeyond, [last]))
      if (!looked?.last) return
      last = looked.last
    }
    await database.transaction((tx) => addJobs(tx, deleteOldNotifications, [{ after: last }]))
  },
})
