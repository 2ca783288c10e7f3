import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ExplainedEntry, explainPost } from '../../src/domain/feeds/explain-post.ts'
import { NEWEST } from '../../src/platform/ids.ts'
import { block, mute, readHome, share, unfollow, unmute } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { holdFirst } from './hold.ts'

let nexus: Nexus
let alice: Person, bob: Person, carol: Person
let one: string
beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol } = await cast(nexus, 'alice', 'bob', 'carol'))
  await follow(nexus, alice, bob)
  await readHome(nexus, alice)
  one = await post(nexus, bob, 'one')
  await nexus.settle()
})
afterAll(() => nexus.close())

const explain = (person: Person, id: string) => explainPost(nexus.app.database, nexus.app.warmFeeds?.heads, person.id, Number(id))

/** What is said must be what is read: checked with every explanation. */
async function explained(person: Person, id: string): Promise<Omit<ExplainedEntry, 'entryId'>[]> {
  const { stands, entries } = await explain(person, id)
  const { homeFeed } = await nexus.ask('{ homeFeed(first: 100) { edges { node { id } } } }', person.token)
  expect(homeFeed.edges.some((edge: { node: { id: string } }) => edge.node.id === id)).toBe(stands)
  return entries.map(({ entryId: _, ...entry }) => entry)
}

it('names the edge and where an entry is served from', async () => {
  expect(await explained(alice, one)).toEqual([{ edge: 'FOLLOWED', actor: 'bob', dropped: [], from: 'head' }])
  expect(await explained(bob, one)).toEqual([{ edge: 'OWN', actor: 'bob', dropped: [], from: expect.any(String) }])
  const held = holdFirst('fan-out:before-add')
  const two = await post(nexus, bob, 'two')
  await held.reached
  expect((await explain(alice, two)).entries[0]?.from).toBe('under way')
  held.release()
  await nexus.settle()
})

it('names each rule that leaves an entry out', async () => {
  const ofCarol = await post(nexus, carol, 'of carol')
  const stranger = { edge: null, actor: 'carol', dropped: ['the viewer does not follow carol'], from: null }
  expect(await explained(alice, ofCarol)).toEqual([stranger])
  await share(nexus, bob, ofCarol)
  const shared = { edge: 'SHARED', actor: 'bob', from: expect.any(String) }
  expect(await explained(alice, ofCarol)).toEqual([{ ...shared, dropped: [] }, stranger])
  await mute(nexus, alice, carol)
  expect((await explained(alice, ofCarol))[0]).toEqual({ ...shared, dropped: ["the viewer muted the post's author"] })
  await unmute(nexus, alice, carol)
  await nexus.sql('update posts set hidden_at = now() where id = $1', [one])
  expect((await explained(alice, one))[0]?.dropped).toEqual(['the post is hidden by a moderator'])
  await nexus.sql('update posts set hidden_at = null where id = $1', [one])
  await nexus.sql('update users set suspended_at = now() where id = $1', [bob.id])
  expect((await explained(alice, one))[0]?.dropped).toEqual(['bob is suspended'])
  await nexus.sql('update users set suspended_at = null where id = $1', [bob.id])
  await unfollow(nexus, alice, bob)
  expect((await explained(alice, one))[0]?.dropped).toEqual(['the viewer does not follow bob'])
  await block(nexus, alice, bob)
  expect((await explained(alice, one))[0]?.dropped).toEqual([
    'the viewer does not follow bob',
    'one of the viewer and bob blocked the other',
  ])
})

it('refuses who and what is not there', async () => {
  await expect(explain({ ...alice, id: 2147483647 }, one)).rejects.toThrow('There is no such user')
  await expect(explain(alice, String(NEWEST))).rejects.toThrow('There is no such post')
})
