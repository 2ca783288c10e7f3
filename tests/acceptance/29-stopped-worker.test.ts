import { afterAll, beforeAll, expect, it } from 'vitest'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { readNotifications } from '../notifications/read.ts'
import { settled } from '../outbox/settled.ts'
import { comment, like, share } from './verbs.ts'

let nexus: Nexus
let people: Record<'alice' | 'bob' | 'carol', Person>
beforeAll(async () => {
  nexus = await startNexus({ roles: ['api'] })
  people = await cast(nexus, 'alice', 'bob', 'carol')
  await workItAllOff()
})
afterAll(() => nexus.close())

/** A worker comes, and is stopped when nothing is left to do. */
async function workItAllOff(): Promise<void> {
  const worker = await startNexus({ roles: ['worker'], databaseUrl: nexus.databaseUrl })
  await nexus.settle().finally(worker.close)
}

/** Jobs of which the broker holds the message, and those of which it has none. */
async function waiting(): Promise<{ told: number; untold: number }> {
  const [jobs] = await nexus.sql('select count(sent_at)::int as told, count(*)::int - count(sent_at)::int as untold from jobs')
  return jobs as { told: number; untold: number }
}

it('waits for nobody while the worker is stopped, and tells of everything once when it is there again, nobody of what they did themselves', async () => {
  const { alice, bob, carol } = people
  const alices = await post(nexus, alice, 'words')
  for (const person of [bob, carol, alice]) {
    await like(nexus, person, alices)
    await share(nexus, person, alices)
  }
  await follow(nexus, bob, alice)
  await follow(nexus, carol, alice)
  const alicesComment = await comment(nexus, alice, alices, 'of my own')
  const bobsComment = await comment(nexus, bob, alices, 'words')
  const carolsReply = await comment(nexus, carol, alices, 'words', bobsComment)
  expect(await readNotifications(nexus, alice), 'nobody works').toEqual([])
  if (process.env.AMQP_URL) await settled(waiting, ({ told, untold }) => told > 0 && untold === 0)

  await workItAllOff()
  const seen = (await readNotifications(nexus, alice)).map(({ kind, actors, actorCount, post: about, comment: last, isRead }) => ({
    ...{ kind, actors, actorCount, about, last, isRead },
  }))
  const byBoth = { actors: ['carol', 'bob'], actorCount: 2, about: alices, last: null, isRead: false }
  expect(seen).toEqual([
    { ...byBoth, kind: 'COMMENT', last: carolsReply },
    { ...byBoth, kind: 'FOLLOW', about: null },
    { ...byBoth, kind: 'SHARE' },
    { ...byBoth, kind: 'LIKE' },
  ])
  expect(await readNotifications(nexus, bob)).toMatchObject([{ kind: 'REPLY', actors: ['carol'], comment: carolsReply }])
  expect(await readNotifications(nexus, carol)).toEqual([])
  expect(alicesComment).not.toBe(carolsReply)
})
