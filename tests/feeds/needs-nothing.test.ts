import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mute, readHome, unmute } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { settled } from '../outbox/settled.ts'
import { keysOf, withRedis } from '../redis-keys.ts'
import { idAt, layOut, runImport } from '../transfer/run-transfer.ts'

const REDIS_URL = process.env.REDIS_URL!

let nexus: Nexus
let alice: Person, bob: Person
let one: string
beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob } = await cast(nexus, 'alice', 'bob'))
  await follow(nexus, alice, bob)
  one = await post(nexus, bob, 'one')
  await nexus.settle()
  await readHome(nexus, alice)
})
afterAll(() => nexus.close())

/** Changes rows as a moderator will, without a word to any head: the epoch and the version stay. */
async function unheardOf(text: string, values: unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: nexus.databaseUrl })
  await client.connect()
  await client.query(text, values).finally(() => client.end())
  nexus.app.warmFeeds!.rows.dropAll() // which the fact that a verb announces does
}

async function headsOfAlice(): Promise<Record<string, string[]>> {
  const keys = (await keysOf(REDIS_URL, `${new URL(nexus.databaseUrl).pathname.slice(1)}:`)).filter((key) =>
    key.endsWith(`:${alice.id.toString(36)}`),
  )
  const heads = await withRedis(REDIS_URL, (redis) => Promise.all(keys.map(async (key) => [key, await redis.lRange(key, 0, -1)] as const)))
  return Object.fromEntries(heads)
}

it('shows a post again that was hidden, and that of an author who was suspended: their ids were in the head all along', async () => {
  const before = await headsOfAlice()
  await unheardOf('update posts set hidden_at = now() where id = $1', [one])
  expect(await readHome(nexus, alice)).toEqual([])
  await unheardOf('update posts set hidden_at = null where id = $1', [one])
  expect(await readHome(nexus, alice)).toEqual(['one'])
  await unheardOf('update users set suspended_at = now() where id = $1', [bob.id])
  expect(await readHome(nexus, alice)).toEqual([])
  await unheardOf('update users set suspended_at = null where id = $1', [bob.id])
  expect(await readHome(nexus, alice)).toEqual(['one'])
  expect(await headsOfAlice()).toEqual(before)
})

it('has what somebody muted writes, and shows it when the mute ends', async () => {
  await mute(nexus, alice, bob)
  expect(await readHome(nexus, alice)).toEqual([])
  const muted = await post(nexus, bob, 'while muted')
  await nexus.settle()
  expect(Object.values(await headsOfAlice()).filter((head) => head.includes(muted)).length).toBeGreaterThan(0)
  await unmute(nexus, alice, bob)
  expect(await readHome(nexus, alice)).toEqual(['while muted', 'one'])
})

it('shows what an import brought into the past, in heads that are complete to the beginning', async () => {
  const expected = await readHome(nexus, alice)
  const old = idAt(1, '2015-05-05T05:05:05Z')
  await runImport(nexus, await layOut({ 'posts.csv': `id,author_id,content\n${old},${bob.id},long ago\n` }))
  await settled(
    () => readHome(nexus, alice),
    (feed) => feed.join() === [...expected, 'long ago'].join(),
  )
})
