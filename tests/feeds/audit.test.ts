import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { auditHeads } from '../../src/domain/feeds/heads/audit-heads.ts'
import { auditCounts, auditSomeCounts, repairCounts } from '../../src/domain/interactions/audit-counts.ts'
import { fireNow } from '../../src/platform/schedules/fire-ticks.ts'
import { SCHEDULES } from '../../src/workers/schedules.ts'
import { comment, deletePost, like, readHome, share } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { expectExactCounts } from '../counts/audit-counts.ts'
import { keysOf, withRedis } from '../redis-keys.ts'
import { holdFirst } from './hold.ts'

const REDIS_URL = process.env.REDIS_URL!

let nexus: Nexus
let alice: Person, bob: Person, carol: Person
beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol } = await cast(nexus, 'alice', 'bob', 'carol'))
  await follow(nexus, alice, bob)
})
beforeEach(async () => {
  await nexus.sql('delete from posts')
  for (const content of ['one', 'two', 'three']) await post(nexus, bob, content)
  await nexus.settle()
  expect(await readHome(nexus, alice)).toEqual(['three', 'two', 'one'])
})
afterAll(() => nexus.close())

const audit = (repair = false) => auditHeads(nexus.app.database, nexus.app.warmFeeds!.heads, { sample: 100, repair })

async function runSchedule(name: string): Promise<void> {
  await fireNow(nexus.app.database, SCHEDULES.find((schedule) => schedule.name === name)!)
  await nexus.settle()
}

/** The key of alice's head as it is now: the one that has all three posts. */
async function headOfAlice(): Promise<{ key: string; ids: string[] }> {
  const prefix = `${new URL(nexus.databaseUrl).pathname.slice(1)}:`
  for (const key of await keysOf(REDIS_URL, prefix)) {
    if (!key.endsWith(`:${alice.id.toString(36)}`)) continue
    const [, watermark, ...ids] = await withRedis(REDIS_URL, (redis) => redis.lRange(key, 0, -1))
    const there = await nexus.sql('select from posts where id = any($1::bigint[])', [ids])
    if (watermark === '0' && there.length === 3) return { key, ids }
  }
  throw new Error('alice has no head')
}

it('finds nothing in heads at work: deleted posts, posts under way and shares are no differences', async () => {
  const other = await post(nexus, carol, 'of carol')
  await share(nexus, bob, other)
  await deletePost(nexus, bob, await post(nexus, bob, 'soon gone'))
  await nexus.settle()
  const held = holdFirst('fan-out:before-add')
  await post(nexus, bob, 'under way')
  await held.reached
  const { heads, differences } = await audit()
  held.release()
  expect({ heads: heads > 0, differences }).toEqual({ heads: true, differences: [] })
})

it('names what is missing, what is extra and what is out of order, and repairs it by taking the head away', async () => {
  const strange = Number(await post(nexus, carol, 'of carol'))
  await nexus.settle()
  const { key, ids } = await headOfAlice()
  await withRedis(REDIS_URL, async (redis) => {
    await redis.lRem(key, 1, ids[1]!)
    await redis.rPush(key, String(strange))
    await redis.rPush(key, ids[0]!)
  })
  const accused = (await audit()).differences.filter(({ viewerId }) => viewerId === alice.id)
  expect(accused).toEqual([{ viewerId: alice.id, missing: [Number(ids[1])], extra: [strange], misordered: [Number(ids[0])] }])
  await runSchedule('feeds.audit') // which repairs
  expect(await nexus.sql(`select looked_at >= 1 as looked, differing, findings from audits where kind = 'feeds'`)).toEqual([
    { looked: true, differing: 1, findings: [`viewer ${alice.id}: 1 missing, 1 extra, 1 misordered`] },
  ])
  expect(await readHome(nexus, alice)).toEqual(['three', 'two', 'one'])
  expect((await audit()).differences).toEqual([])
})

it('finds counts that are wrong, and counts them anew while others like', async () => {
  const one = await post(nexus, bob, 'counted')
  const said = await comment(nexus, alice, one, 'words')
  await like(nexus, alice, one)
  expect(await auditCounts(nexus.app.database, 10)).toEqual([])
  await nexus.sql('update post_counts set likes = likes + 5 where post_id = $1', [one])
  await nexus.sql('update user_counts set followers = 0 where user_id = $1', [bob.id])
  await nexus.sql('update comment_counts set replies = 3 where comment_id = $1', [said])
  await nexus.sql('insert into comment_counts (comment_id, replies) values ($1, 3) on conflict do nothing', [said])
  const drifts = await auditCounts(nexus.app.database, 10)
  expect(drifts.map(({ kind, id, kept, counted }) => [kind, String(id), kept, counted])).toEqual([
    ['user', String(bob.id), '4,0,0', '4,1,0'],
    ['post', one, '6,1,0', '1,1,0'],
    ['comment', said, '0,3', '0,0'],
  ])
  expect((await auditSomeCounts(nexus.app.database, 100, 0)).drifts).toEqual(drifts)
  await Promise.all([...drifts.map((drift) => repairCounts(nexus.app.database, drift)), like(nexus, carol, one), like(nexus, bob, one)])
  expect(await auditCounts(nexus.app.database, 10)).toEqual([])
  await expectExactCounts(nexus)
})
