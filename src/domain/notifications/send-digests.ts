import { z } from 'zod'
import { firstRow, type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import type { Mailer } from '../../platform/mail/mailer.ts'
import { addJobs } from '../../platform/queue/add-jobs.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { Tick } from '../../platform/schedules/schedule.ts'
import { readUsers } from '../accounts/read-users.ts'
import { DIGEST_LINES_MAX, describeDigest } from './describe-digest.ts'
import { readForDigest } from './read-notifications.ts'

const ADDRESSEES_A_BATCH_MAX = 500
/** One who got a digest less than so long ago gets none: a job that is run twice, or late, sends one mail a day. */
const HOURS_BETWEEN_MIN = 20

interface DigestContext {
  database: Reader & Writer
  mail: Mailer
}

interface Addressee {
  id: number
  username: string
  email: string
  since: Date
}

const addressees = (and: string) => `select u.id, u.username, u.email, coalesce(d.sent_at, now() - interval '1 day') as since
  from users u left join notification_digests d on d.user_id = u.id
  where u.email_verified_at is not null and u.closed_at is null and u.suspended_at is null
    and coalesce(d.sent_at < now() - interval '${HOURS_BETWEEN_MIN} hours', true) ${and}`

const addresseesAfter = statement<Addressee>(
  'notifications.addressees-after',
  `${addressees(`and u.id in (
     select q.user_id from notification_preferences q where q.channel = 'EMAIL' and q.enabled and q.user_id > $1 order by q.user_id)`)}
   and exists (select from notifications n where n.recipient_id = u.id and n.last_cause > n.read_cause
     and n.last_at > coalesce(d.sent_at, now() - interval '1 day'))
   order by u.id limit ${ADDRESSEES_A_BATCH_MAX}`,
)
const addresseeOf = statement<Addressee>('notifications.addressee', addressees('and u.id = $1'))
const noteSent = statement<never>(
  'notifications.note-digest',
  `insert into notification_digests (user_id, sent_at) select id, now() from users where id = $1
   on conflict (user_id) do update set sent_at = excluded.sent_at`,
)

/** Mails to one user what they have not read since the last digest, of the kinds that they want by mail. Run twice, it sends one mail, or in a crash two. */
export const sendDigest = defineJob({
  name: 'notifications.send-digest',
  input: z.object({ userId: z.number().int() }),
  lane: 'bulk',
  attemptsMax: 8,
  run: async ({ database, mail }: DigestContext, { userId }) => {
    const addressee = await firstRow(database, addresseeOf, [userId])
    if (!addressee) return
    const unread = await readForDigest(database, userId, addressee.since, DIGEST_LINES_MAX + 1)
    if (unread.length === 0) return
    const actors = await readUsers(database, [...new Set(unread.flatMap(({ actorIds }) => actorIds))])
    await mail.send({ to: addressee.email, ...describeDigest(addressee.username, unread, actors) })
    await database.transaction((tx) => tx.rows(noteSent, [userId]))
  },
})

/** Once a day: a job for each who wants a digest and has something unread in it. */
export const sendDigests = defineJob({
  name: 'notifications.send-digests',
  input: Tick,
  lane: 'bulk',
  attemptsMax: 5,
  run: async ({ database }: DigestContext) => {
    for (let last: number | undefined = 0; last !== undefined; ) {
      const batch: Addressee[] = await database.rows(addresseesAfter, [last])
      const inputs = batch.map(({ id }) => ({ userId: id }))
      await database.transaction((tx) => addJobs(tx, sendDigest, inputs))
      last = batch.at(-1)?.id
    }
  },
})
