import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sendDigests } from '../../src/domain/notifications/send-digests.ts'
import { addJobs } from '../../src/platform/queue/add-jobs.ts'
import { like, share } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { markRead } from './read.ts'

let nexus: Nexus
let people: Record<'alice' | 'bob' | 'carol' | 'dan', Person>
let alices: string
beforeAll(async () => {
  nexus = await startNexus()
  people = await cast(nexus, 'alice', 'bob', 'carol', 'dan')
  alices = await post(nexus, people.alice, 'words')
  await nexus.sql('update users set email_verified_at = now() where id <> $1', [people.dan.id])
  for (const person of [people.alice, people.dan])
    await nexus.ask(
      `mutation { updateNotificationPreferences(preferences: [
        { kind: LIKE, channel: EMAIL, enabled: true }, { kind: FOLLOW, channel: EMAIL, enabled: true }, { kind: LIKE, channel: IN_APP, enabled: false }
      ]) { enabled } }`,
      person.token,
    )
  // The mails that verify addresses are no digests.
  await nexus.settle()
})
afterAll(() => nexus.close())

/** The digests that are sent when the clock says so. */
async function digests(): Promise<string[]> {
  const folder = join(nexus.dataDir, 'mail')
  const before = new Set(await readdir(folder))
  await nexus.app.database.transaction((tx) => addJobs(tx, sendDigests, [{ dueAt: new Date().toISOString() }]))
  await nexus.settle()
  const files = (await readdir(folder)).filter((file) => !before.has(file))
  return Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
}
const aDayLater = () => nexus.sql(`update notification_digests set sent_at = sent_at - interval '1 day'`)

it('mails once a day what is unread, of the kinds that somebody wants by mail, to who asked for it and has a verified address', async () => {
  const { alice, bob, carol, dan } = people
  expect(await digests(), 'nothing has come').toEqual([])
  await like(nexus, bob, alices)
  await like(nexus, carol, alices)
  await share(nexus, bob, alices)
  for (const other of [alice, dan, carol]) await follow(nexus, bob, other)
  await nexus.settle()
  const [mail, ...others] = await digests()
  expect(others).toEqual([])
  expect(mail).toContain('To: alice@mail.test')
  expect(mail?.match(/^- .*$/gm)).toEqual(['- bob followed you', '- carol and 1 other liked your post'])
  expect(await digests(), 'a second time on one day').toEqual([])

  await aDayLater()
  await nexus.sql(`update notification_causes set happened_at = happened_at - interval '2 days'`)
  await nexus.sql(`update notifications set last_at = last_at - interval '2 days'`)
  expect(await digests(), 'nothing new').toEqual([])
  await follow(nexus, dan, alice)
  await nexus.settle()
  await markRead(nexus, alice)
  expect(await digests(), 'what is read').toEqual([])
  await follow(nexus, carol, alice)
  await nexus.settle()
  expect((await digests()).map((each) => each.match(/^- .*$/gm))).toEqual([['- carol and 2 others followed you']])
})
