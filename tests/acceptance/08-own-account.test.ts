import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast, follow, type Nexus, PASSWORD, type Person, post, promote, startNexus } from '../cast.ts'
import { picture } from '../media/pictures.ts'
import { fetchFile, postWith, type Uploaded, upload } from '../media/uploads.ts'
import { block, comment, like, mute, type Page, quote, readHome, readPages, refusedFor, share } from './verbs.ts'

let nexus: Nexus
beforeAll(async () => {
  nexus = await startNexus()
})
afterAll(() => nexus.close())

const DELETE = 'mutation ($password: String!) { deleteUser(password: $password) }'

describe('reading and listing accounts', () => {
  let alice: Person
  beforeAll(async () => {
    ;({ alice } = await cast(nexus, 'alice'))
  })

  it('gives alice herself by me, by her id and by her name in any case', async () => {
    const expected = { id: String(alice.id), username: 'alice', email: 'alice@mail.test' }
    const query =
      'query ($id: ID) { me { id username email } byId: user(id: $id) { id username email } byName: user(username: "ALICE") { id username email } }'
    expect(await nexus.ask(query, alice.token, { id: alice.id })).toEqual({ me: expected, byId: expected, byName: expected })
  })

  it.each(['0', '-1', '01', '1.0', ' 1', '1e0', '99999999999999999999', '2147483648', 'alice', '', '999999'])(
    'answers null without an error for the id %j',
    async (id) => {
      expect(await nexus.ask('query ($id: ID) { user(id: $id) { id } }', undefined, { id })).toEqual({ user: null })
    },
  )

  it.each(['', 'nobody', 'a\u0000b', 'a\ud800b', 'x'.repeat(100)])(
    'answers null without an error for a name of none, %j',
    async (username) => {
      expect(await nexus.ask('query ($username: String) { user(username: $username) { id } }', undefined, { username })).toEqual({
        user: null,
      })
    },
  )

  it('wants exactly one of id and username', async () => {
    expect(await refusedFor(nexus, '{ user { id } }')).toMatch(/^BAD_USER_INPUT (id|username)$/)
    expect(await refusedFor(nexus, '{ user(id: 1, username: "alice") { id } }')).toMatch(/^BAD_USER_INPUT (id|username)$/)
    expect(await refusedFor(nexus, '{ user(id: null, username: null) { id } }')).toMatch(/^BAD_USER_INPUT (id|username)$/)
    expect(await refusedFor(nexus, '{ user(id: null, username: "alice") { id } }')).toBeUndefined()
    expect(await refusedFor(nexus, '{ user(id: 1, username: null) { id } }')).toBeUndefined()
  })

  it('lists everybody once, in pages of two, while somebody new signs up', async () => {
    await cast(nexus, 'bob', 'carol', 'dan', 'erin')
    const names = async (after: string | null): Promise<Page> => {
      const { users } = await nexus.ask(
        'query ($after: String) { users(first: 2, after: $after) { edges { cursor node { username } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }',
        undefined,
        { after },
      )
      if (after === null) await cast(nexus, 'newcomer')
      return users
    }
    const pages = await readPages(names)
    const seen = pages.flatMap((page) => page.edges.map((edge) => edge.node.username))
    expect(seen.filter((name) => name !== 'newcomer')).toEqual(['alice', 'bob', 'carol', 'dan', 'erin'])
    expect(new Set(seen).size).toBe(seen.length)
    expect(pages[0]!.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: pages[0]!.edges[0].cursor,
      endCursor: pages[0]!.edges[1].cursor,
    })
    expect(pages[1]!.pageInfo.hasPreviousPage).toBe(true)
  })
})

it('wants the right password to delete an account, and a token', async () => {
  const { frank } = await cast(nexus, 'frank')
  expect(await refusedFor(nexus, DELETE, frank.token, { password: 'wrong' })).toBe('BAD_USER_INPUT password')
  expect(await refusedFor(nexus, DELETE, undefined, { password: PASSWORD })).toBe('UNAUTHENTICATED')
  expect((await nexus.ask('{ user(username: "frank") { id } }')).user).toEqual({ id: String(frank.id) })
})

describe('a deleted account', () => {
  let grace: Person, heidi: Person, ivan: Person, judy: Person, admin: Person
  let gracesPost: string, followersPost: string, heidisPost: string, gracesComment: string, gracesReply: string, replyToGrace: string
  let quoting: string, heidisComment: string
  let gracesPicture: Uploaded

  beforeAll(async () => {
    ;({ grace, heidi, ivan, judy, admin } = await cast(nexus, 'grace', 'heidi', 'ivan', 'judy', 'admin'))
    await promote(nexus, admin)
    await follow(nexus, heidi, grace)
    await follow(nexus, grace, heidi)
    await follow(nexus, ivan, heidi)
    await block(nexus, judy, grace)
    await mute(nexus, ivan, grace)
    gracesPost = await post(nexus, grace, "grace's post")
    followersPost = await post(nexus, grace, "grace's post for followers", 'FOLLOWERS')
    heidisPost = await post(nexus, heidi, "heidi's post")
    gracesComment = await comment(nexus, grace, heidisPost, "grace's comment")
    replyToGrace = await comment(nexus, ivan, heidisPost, 'a reply to grace', gracesComment)
    heidisComment = await comment(nexus, heidi, heidisPost, "heidi's comment")
    gracesReply = await comment(nexus, grace, heidisPost, "grace's reply", heidisComment)
    await comment(nexus, heidi, gracesPost, "heidi on grace's")
    await like(nexus, grace, heidisPost)
    await nexus.ask('mutation ($id: ID!) { likeComment(commentId: $id) { comment { id } } }', grace.token, { id: heidisComment })
    await like(nexus, heidi, gracesPost)
    await share(nexus, grace, heidisPost, 'read this')
    await share(nexus, heidi, gracesPost, 'read grace')
    quoting = await quote(nexus, heidi, gracesPost, 'as grace said')
    gracesPicture = await upload(nexus, grace, await picture())
    await postWith(nexus, grace, [gracesPicture.id], 'a picture')
    expect((await fetchFile(nexus, gracesPicture.url)).status).toBe(200)
    expect(await nexus.ask(DELETE, grace.token, { password: PASSWORD })).toEqual({ deleteUser: true })
  })

  const everywhere = `query ($grace: ID, $gracesPost: ID!, $followersPost: ID!, $heidisPost: ID!, $gracesComment: ID!, $gracesReply: ID!, $quoting: ID!, $heidi: ID) {
    gone: user(id: $grace) { id }
    byName: user(username: "grace") { id }
    gracesPost: post(id: $gracesPost) { id }
    followersPost: post(id: $followersPost) { id }
    gracesComment: comment(id: $gracesComment) { id }
    gracesReply: comment(id: $gracesReply) { id }
    quoting: post(id: $quoting) { quotedPost { id } }
    heidisPost: post(id: $heidisPost) {
      comments { edges { node { text replies { edges { node { text } } } } } }
      likes { edges { node { user { username } } } }
      shares { edges { node { user { username } message } } }
    }
    heidi: user(id: $heidi) { followers { edges { node { username } } } following { edges { node { username } } } }
    users(first: 100) { edges { node { username } } }
    publicFeed(first: 100) { edges { node { content } } }
  }`
  const read = (token?: string) =>
    nexus.ask(everywhere, token, {
      ...{ grace: grace.id, heidi: heidi.id, gracesPost, followersPost, heidisPost, gracesComment, gracesReply, quoting },
    })

  it.each(['a visitor', 'heidi, who followed her', 'an admin'])('is nowhere in the next read of %s', async (who) => {
    const token = who === 'a visitor' ? undefined : who === 'an admin' ? admin.token : heidi.token
    const seen = await read(token)
    expect(seen).toMatchObject({
      ...{ gone: null, byName: null, gracesPost: null, followersPost: null, gracesComment: null, gracesReply: null },
      quoting: { quotedPost: null },
      heidisPost: {
        comments: { edges: [{ node: { text: "heidi's comment", replies: { edges: [] } } }] },
        likes: { edges: [] },
        shares: { edges: [] },
      },
      heidi: { followers: { edges: [{ node: { username: 'ivan' } }] }, following: { edges: [] } },
    })
    expect(JSON.stringify(seen)).not.toMatch(/"grace"|grace's/)
  })

  it('is in no feed any more, by what was posted and by what was shared', async () => {
    expect(await readHome(nexus, heidi)).toEqual(['as grace said', "heidi's post"])
    expect(await readHome(nexus, ivan)).toEqual(['as grace said', "heidi's post"])
    expect(await nexus.ask('{ blockedUsers { edges { cursor } } }', judy.token)).toEqual({ blockedUsers: { edges: [] } })
    expect(await nexus.ask('{ mutedUsers { edges { cursor } } }', ivan.token)).toEqual({ mutedUsers: { edges: [] } })
  })

  it('can neither be followed, blocked, muted nor reported, nor what was theirs be liked, shared, quoted or commented', async () => {
    const refusals = await Promise.all([
      ...['followUser', 'unfollowUser', 'blockUser', 'unblockUser', 'muteUser', 'unmuteUser'].map((verb) =>
        refusedFor(nexus, `mutation ($id: ID!) { ${verb}(userId: $id) { user { id } } }`, ivan.token, { id: grace.id }),
      ),
      ...['likePost', 'unlikePost', 'sharePost', 'unsharePost'].map((verb) =>
        refusedFor(nexus, `mutation ($id: ID!) { ${verb}(postId: $id) { post { id } } }`, ivan.token, { id: gracesPost }),
      ),
      refusedFor(nexus, 'mutation ($id: ID!) { createPost(content: "q", quotedPostId: $id) { post { id } } }', ivan.token, {
        id: gracesPost,
      }),
      refusedFor(nexus, 'mutation ($id: ID!) { createComment(postId: $id, text: "x") { comment { id } } }', ivan.token, { id: gracesPost }),
      refusedFor(nexus, 'mutation ($id: ID!) { report(userId: $id, reason: "x") }', ivan.token, { id: grace.id }),
    ])
    expect(refusals).toEqual(refusals.map(() => 'NOT_FOUND'))
  })

  it('frees its name and its address at once for somebody else, who has nothing of it', async () => {
    const { grace: another } = await cast(nexus, 'grace')
    expect(another.id).not.toBe(grace.id)
    const query = '{ me { postCount followerCount followingCount posts { edges { cursor } } } homeFeed { edges { cursor } } }'
    expect(await nexus.ask(query, another.token)).toEqual({
      me: { postCount: 0, followerCount: 0, followingCount: 0, posts: { edges: [] } },
      homeFeed: { edges: [] },
    })
  })

  it('leaves exact counts elsewhere, and no row of its own in any table, once the jobs are done', async () => {
    await nexus.settle()
    for (const url of [gracesPicture.url, gracesPicture.previewUrl]) expect((await fetchFile(nexus, url)).status).toBe(404)
    expect(await nexus.sql('select from media_leftovers')).toEqual([])
    const counts = `query ($heidi: ID, $post: ID!, $comment: ID!) {
      user(id: $heidi) { postCount followerCount followingCount }
      post(id: $post) { likeCount commentCount shareCount }
      comment(id: $comment) { likeCount replyCount }
    }`
    expect(await nexus.ask(counts, undefined, { heidi: heidi.id, post: heidisPost, comment: heidisComment })).toEqual({
      user: { postCount: 2, followerCount: 1, followingCount: 0 },
      post: { likeCount: 0, commentCount: 1, shareCount: 0 },
      comment: { likeCount: 0, replyCount: 0 },
    })
    expect(await nexus.ask('query ($id: ID!) { comment(id: $id) { id } }', undefined, { id: replyToGrace })).toEqual({ comment: null })
    const columns = await nexus.sql<{ table: string; column: string }>(
      `select conrelid::regclass::text as "table", attname as "column" from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
       where contype = 'f' and confrelid = 'users'::regclass`,
    )
    expect(columns.length).toBeGreaterThan(10)
    for (const { table, column } of [...columns, { table: 'users', column: 'id' }]) {
      const [row] = await nexus.sql<{ n: number }>(`select count(*)::int as n from ${table} where ${column} = $1`, [grace.id])
      expect({ table, column, rows: row!.n }).toEqual({ table, column, rows: 0 })
    }
    expect(await nexus.sql('select id from jobs')).toEqual([])
  })
})
