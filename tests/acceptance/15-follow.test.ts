import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cast, follow, type Nexus, type Person, promote, startNexus } from '../cast.ts'
import { block, mute, type Page, readPages, refusedFor, unblock, unfollow, unmute } from './verbs.ts'

let nexus: Nexus
let alice: Person, bob: Person, carol: Person, dan: Person

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol, dan } = await cast(nexus, 'alice', 'bob', 'carol', 'dan'))
})
beforeEach(async () => {
  for (const table of ['follows', 'blocks', 'mutes']) await nexus.sql(`delete from ${table}`)
})
afterAll(() => nexus.close())

/** What alice's and bob's counts and lists say of who follows whom. */
async function standing(): Promise<unknown> {
  const query = `query ($alice: ID, $bob: ID) { alice: user(id: $alice) { ...standing } bob: user(id: $bob) { ...standing viewerFollows followsViewer } }
    fragment standing on User { followerCount followingCount followers { edges { node { username } } } following { edges { node { username } } } }`
  const answer = await nexus.ask(query, alice.token, { alice: alice.id, bob: bob.id })
  const names = (page: Page) => page.edges.map((edge) => edge.node.username)
  return {
    alice: { counts: [answer.alice.followerCount, answer.alice.followingCount], following: names(answer.alice.following) },
    bob: { counts: [answer.bob.followerCount, answer.bob.followingCount], followers: names(answer.bob.followers) },
    flags: [answer.bob.viewerFollows, answer.bob.followsViewer],
  }
}

const APART = { alice: { counts: [0, 0], following: [] }, bob: { counts: [0, 0], followers: [] }, flags: [false, false] }
const FOLLOWED = { alice: { counts: [0, 1], following: ['bob'] }, bob: { counts: [1, 0], followers: ['alice'] }, flags: [true, false] }

describe('following', () => {
  it('is one row, done once, twice and fifty times at once; counts and lists agree', async () => {
    await follow(nexus, alice, bob)
    expect(await standing()).toEqual(FOLLOWED)
    await follow(nexus, alice, bob)
    await Promise.all(Array.from({ length: 50 }, () => follow(nexus, alice, bob)))
    expect(await standing()).toEqual(FOLLOWED)
    expect(await nexus.sql('select follower_id, following_id from follows')).toEqual([{ follower_id: alice.id, following_id: bob.id }])
  })

  it('is one row when fifty come at once to nothing', async () => {
    await Promise.all(Array.from({ length: 50 }, () => follow(nexus, alice, bob)))
    expect(await standing()).toEqual(FOLLOWED)
    expect(await nexus.sql('select count(*)::int as n from follows')).toEqual([{ n: 1 }])
  })

  it('is undone once, twice and fifty times at once', async () => {
    await follow(nexus, alice, bob)
    await Promise.all(Array.from({ length: 50 }, () => unfollow(nexus, alice, bob)))
    expect(await standing()).toEqual(APART)
    await unfollow(nexus, alice, bob)
    expect(await standing()).toEqual(APART)
  })

  it('ends in agreement after a storm of both, in both directions', async () => {
    const storm = Array.from({ length: 100 }, (_, i) => {
      const [one, other] = i % 2 === 0 ? [alice, bob] : [bob, alice]
      return i % 3 === 0 ? unfollow(nexus, one, other) : follow(nexus, one, other)
    })
    await Promise.all(storm)
    const [rows] = await nexus.sql<{ of_alice: number; of_bob: number }>(
      'select count(*) filter (where follower_id = $1)::int as of_alice, count(*) filter (where follower_id = $2)::int as of_bob from follows',
      [alice.id, bob.id],
    )
    const { user } = await nexus.ask('{ user(username: "alice") { followingCount followerCount } }')
    expect(user).toEqual({ followingCount: rows!.of_alice, followerCount: rows!.of_bob })
  })

  it('meets no deadlock when transactions of raw SQL follow many in opposite orders', async () => {
    const world = await startNexus({ databaseUrl: nexus.databaseUrl, roles: ['api'] })
    await nexus.sql(`insert into users (username, email) select 'stage_' || i, 'stage' || i || '@mail.test' from generate_series(1, 40) i`)
    const ids = (await nexus.sql<{ id: number }>(`select id from users where username like 'stage%' order by id`)).map((row) => row.id)
    const [followers, followed] = [ids.slice(0, 30), ids.slice(30)]
    const followAll = (follower: number, order: number[]) =>
      world.app.database.session(async (client) => {
        await client.query('begin')
        for (const id of order) await client.query('insert into follows (follower_id, following_id) values ($1, $2)', [follower, id])
        await client.query('commit')
      })
    for (let wave = 0; wave < followers.length; wave += 10) {
      await Promise.all(followers.slice(wave, wave + 10).map((id, i) => followAll(id, i % 2 === 0 ? followed : [...followed].reverse())))
    }
    const counts = await nexus.sql(
      'select user_id, sum(followers)::int as n from user_counts where user_id = any($1) group by user_id order by 1',
      [followed],
    )
    expect(counts).toEqual(followed.map((id) => ({ user_id: id, n: 30 })))
    // What a connection has met is counted when it is closed.
    await world.close()
    expect(await nexus.sql('select deadlocks::int from pg_stat_database where datname = current_database()')).toEqual([{ deadlocks: 0 }])
    await nexus.sql(`delete from users where username like 'stage%'`)
  })

  it('answers the user with the new counts and flags in the same request', async () => {
    const query = 'mutation ($id: ID!) { followUser(userId: $id) { user { username followerCount viewerFollows } } }'
    expect(await nexus.ask(query, alice.token, { id: bob.id })).toEqual({
      followUser: { user: { username: 'bob', followerCount: 1, viewerFollows: true } },
    })
  })

  it('lists the newest first, in pages of two, though the ones before were unfollowed meanwhile', async () => {
    for (const other of [bob, carol, dan]) await follow(nexus, alice, other)
    await follow(nexus, dan, bob)
    await follow(nexus, carol, bob)
    const query =
      'query ($after: String) { me { following(first: 2, after: $after) { edges { cursor node { username } } pageInfo { hasNextPage endCursor } } } }'
    const pages = await readPages(async (after) => {
      if (after) await unfollow(nexus, alice, carol)
      return (await nexus.ask(query, alice.token, { after })).me.following
    })
    expect(pages.map((page) => page.edges.map((edge) => edge.node.username))).toEqual([['dan', 'carol'], ['bob']])
    const { user } = await nexus.ask('{ user(username: "bob") { followers { edges { node { username } } } } }')
    expect(user.followers.edges.map((edge: { node: { username: string } }) => edge.node.username)).toEqual(['carol', 'dan', 'alice'])
  })

  it('stops at ten thousand: FORBIDDEN, and what is followed already is no error', async () => {
    await nexus.sql(
      `insert into users (username, email) select 'crowd_' || i, 'crowd' || i || '@mail.test' from generate_series(1, 9999) i`,
    )
    await nexus.sql(`insert into follows (follower_id, following_id) select $1, id from users where username like 'crowd%'`, [alice.id])
    await follow(nexus, alice, bob)
    expect(await refusedFor(nexus, 'mutation ($id: ID!) { followUser(userId: $id) { user { id } } }', alice.token, { id: carol.id })).toBe(
      'FORBIDDEN',
    )
    await follow(nexus, alice, bob)
    await unfollow(nexus, alice, bob)
    const atOnce = await Promise.all(
      [carol, dan, bob].map((other) =>
        nexus.refusal('mutation ($id: ID!) { followUser(userId: $id) { user { id } } }', alice.token, { id: other.id }),
      ),
    )
    expect(atOnce.filter((code) => code === undefined)).toHaveLength(1)
    expect(atOnce.filter((code) => code === 'FORBIDDEN')).toHaveLength(2)
    await nexus.sql('delete from follows')
    await nexus.sql(`delete from users where username like 'crowd%'`)
  })
})

describe('oneself, and nobody', () => {
  it.each(['followUser', 'blockUser', 'muteUser'])('refuses %s of oneself, naming userId', async (verb) => {
    expect(await refusedFor(nexus, `mutation ($id: ID!) { ${verb}(userId: $id) { user { id } } }`, alice.token, { id: alice.id })).toBe(
      'BAD_USER_INPUT userId',
    )
  })

  it.each(['unfollowUser', 'unblockUser', 'unmuteUser'])('does nothing at %s of oneself, and of whom it was not done to', async (verb) => {
    for (const { id } of [alice, bob]) {
      expect(await nexus.ask(`mutation ($id: ID!) { did: ${verb}(userId: $id) { user { id } } }`, alice.token, { id })).toEqual({
        did: { user: { id: String(id) } },
      })
    }
  })

  it.each(['followUser', 'unfollowUser', 'blockUser', 'unblockUser', 'muteUser', 'unmuteUser'])(
    'answers NOT_FOUND to %s of nobody',
    async (verb) => {
      for (const id of ['999999', '0', '-1', 'bob', '', '99999999999', '1.5']) {
        expect([id, await refusedFor(nexus, `mutation ($id: ID!) { ${verb}(userId: $id) { user { id } } }`, alice.token, { id })]).toEqual([
          id,
          'NOT_FOUND',
        ])
      }
    },
  )
})

describe('blocking', () => {
  it('ends the follows between the two, both ways, and lets neither follow the other until it is undone', async () => {
    await follow(nexus, alice, bob)
    await follow(nexus, bob, alice)
    await follow(nexus, alice, carol)
    await block(nexus, alice, bob)
    await block(nexus, alice, bob)
    expect(await standing()).toMatchObject({
      alice: { counts: [0, 1], following: ['carol'] },
      bob: { counts: [0, 0], followers: [] },
      flags: [false, false],
    })
    const FOLLOW = 'mutation ($id: ID!) { followUser(userId: $id) { user { id } } }'
    expect(await refusedFor(nexus, FOLLOW, alice.token, { id: bob.id })).toBe('FORBIDDEN')
    expect(await refusedFor(nexus, FOLLOW, bob.token, { id: alice.id })).toBe('FORBIDDEN')
    await unblock(nexus, alice, bob)
    expect(await standing()).toMatchObject({ flags: [false, false] })
    await follow(nexus, bob, alice)
    expect(await standing()).toMatchObject({ flags: [false, true] })
  })

  it('stands in both directions for itself: undoing one leaves the other', async () => {
    await block(nexus, alice, bob)
    await block(nexus, bob, alice)
    await unblock(nexus, alice, bob)
    expect(await refusedFor(nexus, 'mutation ($id: ID!) { followUser(userId: $id) { user { id } } }', alice.token, { id: bob.id })).toBe(
      'FORBIDDEN',
    )
    expect(await nexus.sql('select blocker_id, blocked_id from blocks')).toEqual([{ blocker_id: bob.id, blocked_id: alice.id }])
  })

  it('leaves no follow across a block when fifty of both come at once', async () => {
    const verbs = Array.from({ length: 50 }, (_, i) =>
      i % 5 === 4
        ? block(nexus, alice, bob)
        : nexus.gql('mutation ($id: ID!) { followUser(userId: $id) { user { id } } }', { token: bob.token, variables: { id: alice.id } }),
    )
    await Promise.all(verbs)
    expect(await standing()).toEqual(APART)
    expect(await nexus.sql('select count(*)::int as n from follows')).toEqual([{ n: 0 }])
  })
})

describe('who was blocked and muted', () => {
  it('is listed for alice alone, newest first, once; accounts stay to be found', async () => {
    for (const other of [bob, carol, dan, bob]) await block(nexus, alice, other)
    for (const other of [dan, bob]) await mute(nexus, alice, other)
    const query = `{ blockedUsers { edges { node { username viewerBlocks viewerMutes } } } mutedUsers { edges { node { username viewerBlocks } } } }`
    expect(await nexus.ask(query, alice.token)).toEqual({
      blockedUsers: {
        edges: [
          { node: { username: 'dan', viewerBlocks: true, viewerMutes: true } },
          { node: { username: 'carol', viewerBlocks: true, viewerMutes: false } },
          { node: { username: 'bob', viewerBlocks: true, viewerMutes: true } },
        ],
      },
      mutedUsers: { edges: [{ node: { username: 'bob', viewerBlocks: true } }, { node: { username: 'dan', viewerBlocks: true } }] },
    })
    expect(await nexus.ask(query, bob.token)).toEqual({ blockedUsers: { edges: [] }, mutedUsers: { edges: [] } })
    const found = await nexus.ask(
      '{ user(username: "alice") { username viewerBlocks followsViewer } users { edges { node { username } } } }',
      bob.token,
    )
    expect(found.user).toEqual({ username: 'alice', viewerBlocks: false, followsViewer: false })
    expect(found.users.edges).toHaveLength(4)
    await unblock(nexus, alice, carol)
    await unmute(nexus, alice, bob)
    expect(
      await nexus.ask(
        '{ blockedUsers(first: 1) { edges { node { username } } pageInfo { hasNextPage } } mutedUsers { edges { node { username } } } }',
        alice.token,
      ),
    ).toEqual({
      blockedUsers: { edges: [{ node: { username: 'dan' } }], pageInfo: { hasNextPage: true } },
      mutedUsers: { edges: [{ node: { username: 'dan' } }] },
    })
  })

  it("is not a thing that an admin reads: the lists are the admin's own", async () => {
    const { admin } = await cast(nexus, 'admin')
    await promote(nexus, admin)
    await block(nexus, alice, bob)
    expect(await nexus.ask('{ blockedUsers { edges { cursor } } }', admin.token)).toEqual({ blockedUsers: { edges: [] } })
  })
})
