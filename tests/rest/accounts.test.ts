import type { mastodon } from 'masto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Nexus, startNexus } from '../cast.ts'
import { connectApp } from './connect-app.ts'

let nexus: Nexus
let alice: mastodon.rest.Client
let bob: mastodon.rest.Client
let ids: { alice: string; bob: string; carol: string }

beforeAll(async () => {
  nexus = await startNexus()
  const people = []
  for (const name of ['alice', 'bob', 'carol']) people.push(String((await nexus.signUp(name)).id))
  ids = { alice: people[0]!, bob: people[1]!, carol: people[2]! }
  ;[alice, bob] = (await Promise.all(['alice', 'bob'].map((name) => connectApp(nexus, name)))).map(({ client }) => client) as [
    mastodon.rest.Client,
    mastodon.rest.Client,
  ]
})
afterAll(() => nexus?.close())

describe('an account', () => {
  it('is found by its name, its id and by search, and changed by its user', async () => {
    expect(await alice.v1.accounts.lookup({ acct: '@BOB' })).toMatchObject({ id: ids.bob, username: 'bob' })
    expect(await alice.v1.accounts.$select(ids.bob).fetch()).toMatchObject({ acct: 'bob' })
    await nexus.settle()
    expect((await alice.v1.accounts.search.list({ q: '@bo' })).map(({ id }) => id)).toEqual([ids.bob])

    const changed = await fetch(`${nexus.url}/api/v1/accounts/update_credentials`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${(await connectApp(nexus, 'bob')).token}` },
      body: new URLSearchParams({ display_name: 'Bob 🎉', note: 'I #build' }),
    })
    expect(await changed.json()).toMatchObject({ display_name: 'Bob 🎉', source: { note: 'I #build' } })
    expect((await alice.v1.accounts.$select(ids.bob).fetch()).note).toContain('/tags/build')
  })

  it('is 404 where there is none', async () => {
    for (const path of ['accounts/999999', 'accounts/x', 'accounts/lookup?acct=nobody', 'accounts/lookup?acct=bob@elsewhere.test'])
      expect((await fetch(`${nexus.url}/api/v1/${path}`)).status).toBe(404)
  })

  it('shows what its user posted and shared, newest first, from either end', async () => {
    const made = []
    for (const status of ['one', 'two', 'three']) made.push((await bob.v1.statuses.create({ status })).id)
    const theirs = await alice.v1.statuses.create({ status: 'of alice' })
    made.push((await bob.v1.statuses.$select(theirs.id).reblog()).id)
    const list = (more = {}) => alice.v1.accounts.$select(ids.bob).statuses.list(more)
    expect((await list()).map(({ id }) => id)).toEqual(made.toReversed())
    expect((await list({ excludeReblogs: true })).map(({ id }) => id)).toEqual(made.slice(0, 3).toReversed())
    expect((await list({ maxId: made[3]!, limit: 2 })).map(({ id }) => id)).toEqual([made[2], made[1]])
    expect((await list({ minId: made[0]!, limit: 2 })).map(({ id }) => id)).toEqual([made[2], made[1]])
    expect(await list({ onlyMedia: true })).toEqual([])
  })
})

describe('relationships', () => {
  it('are what the user did, both ways', async () => {
    expect(await alice.v1.accounts.$select(ids.bob).follow()).toMatchObject({ following: true, followedBy: false })
    expect(await bob.v1.accounts.relationships.fetch({ id: [ids.alice, ids.carol] })).toMatchObject([
      { id: ids.alice, following: false, followedBy: true },
      { id: ids.carol, following: false, followedBy: false },
    ])
    expect((await bob.v1.accounts.$select(ids.bob).followers.list()).map(({ id }) => id)).toEqual([ids.alice])
    expect((await bob.v1.accounts.$select(ids.alice).following.list()).map(({ id }) => id)).toEqual([ids.bob])

    expect(await alice.v1.accounts.$select(ids.carol).mute()).toMatchObject({ muting: true })
    expect((await alice.v1.mutes.list()).map(({ id }) => id)).toEqual([ids.carol])
    expect(await alice.v1.accounts.$select(ids.carol).unmute()).toMatchObject({ muting: false })

    expect(await bob.v1.accounts.$select(ids.alice).block()).toMatchObject({ blocking: true, followedBy: false })
    expect(await alice.v1.accounts.relationships.fetch({ id: [ids.bob] })).toMatchObject([{ following: false, blockedBy: true }])
    expect((await bob.v1.blocks.list()).map(({ id }) => id)).toEqual([ids.alice])
    await expect(alice.v1.accounts.$select(ids.bob).follow()).rejects.toThrow('blocked')
    expect(await bob.v1.accounts.$select(ids.alice).unblock()).toMatchObject({ blocking: false })
    await expect(alice.v1.accounts.$select(ids.alice).follow()).rejects.toThrow('somebody else')
  })
})
