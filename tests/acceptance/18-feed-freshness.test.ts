import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { readFeed, readHome, share, unfollow, unshare } from './verbs.ts'

let here: Nexus, there: Nexus
let alice: Person, bob: Person, dan: Person

beforeAll(async () => {
  here = await startNexus()
  there = await startNexus({ databaseUrl: here.databaseUrl, roles: ['api'] })
  ;({ alice, bob, dan } = await cast(here, 'alice', 'bob', 'dan'))
})
beforeEach(async () => {
  await here.sql('delete from follows')
  await here.sql('delete from posts')
})
afterAll(async () => {
  await there.close()
  await here.close()
})

it('shows bob his own post at once, here and on another server', async () => {
  await post(here, bob, 'mine')
  expect([await readHome(here, bob), await readHome(there, bob)]).toEqual([['mine'], ['mine']])
})

it("shows alice bob's post within a second, her feed being warm, on whichever server she reads", async () => {
  await follow(here, alice, bob)
  for (const nexus of [here, there]) expect(await readHome(nexus, alice)).toEqual([])
  for (const [i, nexus] of [here, there].entries()) {
    await post(here, bob, `news ${i}`)
    const posted = performance.now()
    while (!(await readHome(nexus, alice)).includes(`news ${i}`)) expect(performance.now() - posted).toBeLessThan(1000)
    expect((await readFeed(nexus, alice))[0]).toBe(`news ${i}`)
  }
})

describe('following dan, who has old posts', () => {
  it('puts his posts in their places by time at once, and unfollowing takes them out at once', async () => {
    await follow(here, alice, bob)
    for (const [person, content] of [
      [dan, 'dan 1'],
      [bob, 'bob 1'],
      [dan, 'dan 2'],
      [bob, 'bob 2'],
    ] as const)
      await post(here, person, content)
    expect(await readHome(here, alice)).toEqual(['bob 2', 'bob 1'])
    await follow(here, alice, dan)
    for (const nexus of [here, there]) {
      expect(await readHome(nexus, alice)).toEqual(['bob 2', 'dan 2', 'bob 1', 'dan 1'])
      expect(await readFeed(nexus, alice)).toEqual(['bob 2', 'dan 2', 'bob 1', 'dan 1'])
    }
    await unfollow(here, alice, dan)
    for (const nexus of [here, there]) {
      expect(await readHome(nexus, alice)).toEqual(['bob 2', 'bob 1'])
      expect(await readFeed(nexus, alice)).toEqual(['bob 2', 'bob 1'])
    }
  })
})

describe('why a post is in the feed', () => {
  const QUERY = `query ($own: Boolean) { homeFeed(includeOwn: $own) {
    edges { node { content } reason sharedBy { username } sharedAt sharedMessage } } }`
  const read = async (person: Person, own?: boolean | null) =>
    (await here.ask(QUERY, person.token, { own })).homeFeed.edges.map((edge: { node: { content: string } }) => ({
      ...edge,
      node: edge.node.content,
    }))

  it('is FOLLOWED, OWN, or SHARED by whom, when and with what words', async () => {
    await follow(here, alice, bob)
    await post(here, alice, 'of alice')
    await post(here, bob, 'of bob')
    const of_dan = await post(here, dan, 'of dan')
    await share(here, bob, of_dan, 'read this')
    const instant = expect.stringMatching(/Z$/)
    const nothing = { sharedBy: null, sharedAt: null, sharedMessage: null }
    const byBob = { node: 'of dan', reason: 'SHARED', sharedBy: { username: 'bob' }, sharedAt: instant, sharedMessage: 'read this' }
    const expected = [byBob, { node: 'of bob', reason: 'FOLLOWED', ...nothing }, { node: 'of alice', reason: 'OWN', ...nothing }]
    expect(await read(alice)).toEqual(expected)
    expect(await read(alice, null)).toEqual(expected)
    expect(await read(alice, true)).toEqual(expected)
    expect(await read(alice, false)).toEqual(expected.slice(0, 2))
    // The viewer's own share is SHARED, and in the feed where what is one's own is.
    expect(await read(bob)).toEqual([byBob, { node: 'of bob', reason: 'OWN', ...nothing }])
    expect(await read(bob, false)).toEqual([])
    await unshare(here, bob, of_dan)
    expect(await read(alice)).toEqual(expected.slice(1))
  })

  it("is OWN for alice's own post, and SHARED where bob shares it to her", async () => {
    await follow(here, alice, bob)
    const id = await post(here, alice, 'of alice')
    await post(here, bob, 'of bob')
    await share(here, bob, id)
    expect((await read(alice)).map((edge: { node: string; reason: string }) => [edge.node, edge.reason])).toEqual([
      ['of alice', 'SHARED'],
      ['of bob', 'FOLLOWED'],
    ])
  })
})
