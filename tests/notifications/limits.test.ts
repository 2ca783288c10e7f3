import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { ANNOUNCEMENTS_A_MINUTE_MAX } from '../../src/domain/notifications/announce-changes.ts'
import { deleteOldNotifications } from '../../src/domain/notifications/delete-notifications.ts'
import { NAMED_MAX } from '../../src/domain/notifications/find-named-users.ts'
import { addCause, CAUSES_KEPT_MAX, NOTIFICATIONS_KEPT_MAX } from '../../src/domain/notifications/keep-causes.ts'
import { readNotification } from '../../src/domain/notifications/read-notifications.ts'
import { settlePostLike } from '../../src/domain/notifications/settle-reactions.ts'
import { settlePostWords } from '../../src/domain/notifications/settle-texts.ts'
import { like, mute, unlike, unmute } from '../acceptance/verbs.ts'
import { cast, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { markRead, readNotifications } from './read.ts'

let nexus: Nexus
let alice: Person, bob: Person
let alices: string
/** More people than any limit here. */
const CROWD = 1100
const FIRST_OF_CROWD = 1000

// No worker runs: jobs are run by hand.
beforeAll(async () => {
  nexus = await startNexus({ roles: ['api'] })
  await nexus.sql(KEEP_WHAT_IS_ANNOUNCED)
  ;({ alice, bob } = await cast(nexus, 'alice', 'bob'))
  alices = await post(nexus, alice, 'words')
  await nexus.sql(
    `insert into users (id, username, email) select n, 'crowd' || n, 'crowd' || n || '@mail.test' from generate_series($1::int, $2::int) n`,
    [FIRST_OF_CROWD, FIRST_OF_CROWD + CROWD - 1],
  )
})
beforeEach(async () => {
  for (const table of ['announced', 'notifications', 'notification_announcements', 'likes', 'mutes'])
    await nexus.sql(`delete from ${table}`)
})
afterAll(() => nexus.close())

const settleLike = () => settlePostLike.run({ database: nexus.app.database }, { userId: bob.id, postId: Number(alices) })
/** Facts are taken away as soon as they are told. */
const KEEP_WHAT_IS_ANNOUNCED = `
  create table announced (like facts);
  create function keep_announced() returns trigger language plpgsql as $$ begin insert into announced select new.*; return new; end $$;
  create trigger keep_announced after insert on facts for each row execute function keep_announced()`
const announced = () => nexus.sql(`select name, payload from announced where name like 'notification%' order by id`)

it('tells those whom a text names in the order of their ids, so that texts that name the same people do not wait for each other', async () => {
  const id = await post(nexus, alice, '@crowd1003 @bob @crowd1002')
  await settlePostWords.run({ database: nexus.app.database }, { postId: Number(id) })
  const told = await nexus.sql<{ to: number }>('select recipient_id as to from notifications order by id')
  expect(told.map(({ to }) => to)).toEqual([bob.id, 1002, 1003])
})

it('announces what came and what went, once each, whoever may see it, and what was read', async () => {
  await like(nexus, bob, alices)
  await mute(nexus, alice, bob)
  for (const _ of ['once', 'again']) await settleLike()
  const [row] = await nexus.sql<{ id: number }>('select id::float8 as id from notifications')
  const payload = { userId: alice.id, notificationId: row!.id }
  expect(await announced()).toEqual([{ name: 'notification.added', payload }])
  expect(await readNotification(nexus.app.database, alice.id, row!.id), 'she does not hear of bob').toBeUndefined()
  await unmute(nexus, alice, bob)
  expect(await readNotification(nexus.app.database, alice.id, row!.id)).toMatchObject({ kind: 'LIKE', actorIds: [bob.id], isRead: false })
  expect(await readNotification(nexus.app.database, bob.id, row!.id), "alice's").toBeUndefined()
  await markRead(nexus, alice)
  await markRead(nexus, alice)
  await unlike(nexus, bob, alices)
  for (const _ of ['once', 'again']) await settleLike()
  expect((await announced()).slice(1)).toEqual([
    { name: 'notifications.read', payload: { userId: alice.id } },
    { name: 'notification.retracted', payload },
  ])
})

it('tells nobody at once of more than so many changes a minute, and shows them all the same', async () => {
  await like(nexus, bob, alices)
  await nexus.sql(`insert into notification_announcements values ($1, date_trunc('minute', now()), $2)`, [
    alice.id,
    ANNOUNCEMENTS_A_MINUTE_MAX,
  ])
  await settleLike()
  expect(await announced()).toEqual([])
  expect(await readNotifications(nexus, alice)).toHaveLength(1)
  await nexus.sql(`update notification_announcements set minute = minute - interval '1 minute'`)
  await unlike(nexus, bob, alices)
  await settleLike()
  expect(await announced()).toMatchObject([{ name: 'notification.retracted' }])
})

it('keeps the newest of a storm, and of each its newest causes with the number of the others', async () => {
  const { database } = nexus.app
  const cause = { recipientId: alice.id, kind: 'LIKE', commentId: 0, actorId: bob.id, sourceId: 1, textId: null } as const
  await nexus.sql(
    `insert into notifications (recipient_id, kind, post_id, last_at) select $1, 'SHARE', n, now() - interval '1 hour' * n from generate_series(1, $2) n`,
    [alice.id, NOTIFICATIONS_KEPT_MAX],
  )
  await database.transaction((tx) => addCause(tx, { ...cause, postId: Number(alices), happenedAt: new Date() }))
  const [kept] = await nexus.sql(
    `select count(*)::int as many, max(post_id) filter (where kind = 'SHARE')::int as oldest from notifications`,
  )
  expect(kept).toEqual({ many: NOTIFICATIONS_KEPT_MAX, oldest: NOTIFICATIONS_KEPT_MAX - 1 })

  await nexus.sql(`delete from notifications where kind = 'SHARE'`)
  await nexus.sql('delete from notification_causes')
  await nexus.sql('update notifications set last_cause = $1', [CROWD - 1])
  await nexus.sql(
    `insert into notification_causes (notification_id, actor_id, source_id, number, happened_at)
     select notifications.id, n, n, n - $1, now() - interval '1 hour' + interval '1 second' * (n - $1) from notifications, generate_series($1::int, $2::int) n`,
    [FIRST_OF_CROWD, FIRST_OF_CROWD + CROWD - 2],
  )
  await database.transaction((tx) => addCause(tx, { ...cause, postId: Number(alices), happenedAt: new Date() }))
  expect(await nexus.sql('select count(*)::int as many from notification_causes')).toEqual([{ many: CAUSES_KEPT_MAX }])
  expect(await readNotifications(nexus, alice)).toMatchObject([
    { actorCount: CROWD, actors: ['bob', `crowd${FIRST_OF_CROWD + CROWD - 2}`, `crowd${FIRST_OF_CROWD + CROWD - 3}`] },
  ])
})

it('tells so many of those whom a text names, the first', async () => {
  const names = Array.from({ length: NAMED_MAX + 1 }, (_, index) => `@crowd${FIRST_OF_CROWD + index}`)
  const id = await post(nexus, bob, [...names, names[0]].join(' '))
  await settlePostWords.run({ database: nexus.app.database }, { postId: Number(id) })
  const named = await nexus.sql<{ id: number }>('select recipient_id as id from notifications order by id')
  expect(named.map((row) => row.id)).toEqual(names.slice(0, NAMED_MAX).map((name) => Number(name.slice('@crowd'.length))))
})

it('deletes what was read and is 90 days old, and nothing that is unread or younger', async () => {
  await nexus.sql(
    `insert into notifications (recipient_id, kind, post_id, last_at, read_cause)
     select $1, 'LIKE', days * 10 + read, now() - interval '1 day' * days, read from unnest(array[89, 91]) days, unnest(array[0, 1]) read`,
    [alice.id],
  )
  await deleteOldNotifications.run({ database: nexus.app.database }, {})
  const left = await nexus.sql<{ post_id: number }>('select post_id from notifications order by post_id')
  expect(left.map((row) => row.post_id)).toEqual([890, 891, 910])
})
