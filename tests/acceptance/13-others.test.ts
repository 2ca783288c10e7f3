import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast, follow, type Nexus, PASSWORD, type Person, post, promote, startNexus } from '../cast.ts'
import { block, comment, refusedFor } from './verbs.ts'

let nexus: Nexus
let alice: Person, bob: Person, mallory: Person, admin: Person
let postId: string, forFollowers: string, commentId: string, hiddenPost: string, hiddenComment: string

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, mallory, admin } = await cast(nexus, 'alice', 'bob', 'mallory', 'admin'))
  await promote(nexus, admin)
  await follow(nexus, bob, alice)
  postId = await post(nexus, alice, 'of alice')
  forFollowers = await post(nexus, alice, 'for followers', 'FOLLOWERS')
  commentId = await comment(nexus, alice, postId, 'a comment of alice')
  hiddenPost = await post(nexus, alice, 'hidden')
  hiddenComment = await comment(nexus, alice, postId, 'hidden')
  await nexus.sql('update posts set hidden_at = now() where id = $1', [hiddenPost])
  await nexus.sql('update comments set hidden_at = now() where id = $1', [hiddenComment])
})
afterAll(() => nexus.close())

const EDIT_POST = 'mutation ($id: ID!) { updatePost(id: $id, content: "mine now") { post { id } } }'
const DELETE_POST = 'mutation ($id: ID!) { deletePost(id: $id) }'
const EDIT_COMMENT = 'mutation ($id: ID!) { updateComment(id: $id, text: "mine now") { comment { id } } }'
const DELETE_COMMENT = 'mutation ($id: ID!) { deleteComment(id: $id) }'

async function words(): Promise<unknown> {
  return nexus.sql('select id, content as words, edited_at from posts union all select id, text, edited_at from comments order by id')
}

describe('mallory', () => {
  it("neither edits nor deletes alice's post and comment, which she sees", async () => {
    const before = await words()
    expect(await refusedFor(nexus, EDIT_POST, mallory.token, { id: postId })).toBe('FORBIDDEN')
    expect(await refusedFor(nexus, DELETE_POST, mallory.token, { id: postId })).toBe('FORBIDDEN')
    expect(await refusedFor(nexus, EDIT_COMMENT, mallory.token, { id: commentId })).toBe('FORBIDDEN')
    expect(await refusedFor(nexus, DELETE_COMMENT, mallory.token, { id: commentId })).toBe('FORBIDDEN')
    expect(await words()).toEqual(before)
  })

  it('is told no more of what she does not see than of what is not there', async () => {
    const before = await words()
    for (const id of [forFollowers, hiddenPost, '1', 'x']) {
      expect([id, await refusedFor(nexus, EDIT_POST, mallory.token, { id })]).toEqual([id, 'NOT_FOUND'])
      expect([id, await refusedFor(nexus, DELETE_POST, mallory.token, { id })]).toEqual([id, 'NOT_FOUND'])
    }
    for (const id of [hiddenComment, '1', 'x', postId]) {
      expect([id, await refusedFor(nexus, EDIT_COMMENT, mallory.token, { id })]).toEqual([id, 'NOT_FOUND'])
      expect([id, await refusedFor(nexus, DELETE_COMMENT, mallory.token, { id })]).toEqual([id, 'NOT_FOUND'])
    }
    expect(await words()).toEqual(before)
  })

  it('is told of bad input before she is told that it is not hers', async () => {
    expect(
      await refusedFor(nexus, 'mutation ($id: ID!) { updatePost(id: $id, content: "a\\u0000") { post { id } } }', mallory.token, {
        id: postId,
      }),
    ).toBe('BAD_USER_INPUT content')
    expect(await refusedFor(nexus, 'mutation { updatePost(id: 1, content: " ", mediaUrl: "x") { post { id } } }', mallory.token)).toMatch(
      /^BAD_USER_INPUT/,
    )
    expect(await refusedFor(nexus, 'mutation { updateComment(id: 1, text: "") { comment { id } } }', mallory.token)).toBe(
      'BAD_USER_INPUT text',
    )
    expect(await refusedFor(nexus, 'mutation { createComment(postId: 1, text: "") { comment { id } } }', mallory.token)).toBe(
      'BAD_USER_INPUT text',
    )
    expect(await refusedFor(nexus, 'mutation { sharePost(postId: 1, message: "a\\nb") { post { id } } }', mallory.token)).toBe(
      'BAD_USER_INPUT message',
    )
    expect(await refusedFor(nexus, 'mutation { createPost(content: "", quotedPostId: 1) { post { id } } }', mallory.token)).toBe(
      'BAD_USER_INPUT content',
    )
    expect(await refusedFor(nexus, 'mutation { report(userId: 999999, reason: "") }', mallory.token)).toBe('BAD_USER_INPUT reason')
  })

  it("cannot delete alice's account with her own password, nor with alice's", async () => {
    // There is nobody to name: it is her own account that a right password deletes, and a wrong one does nothing.
    const { status } = await nexus.gql(`mutation { deleteUser(id: ${alice.id}, password: "${PASSWORD}") }`, { token: mallory.token })
    expect(status).toBe(400)
    expect(await refusedFor(nexus, 'mutation { deleteUser(password: "of alice") }', mallory.token)).toBe('BAD_USER_INPUT password')
    expect(await nexus.sql('select id from users where closed_at is not null')).toEqual([])
  })

  it("is not let to alice's post by a block of alice's", async () => {
    const { trudy } = await cast(nexus, 'trudy')
    await block(nexus, alice, trudy)
    expect(await refusedFor(nexus, EDIT_POST, trudy.token, { id: postId })).toBe('NOT_FOUND')
    expect(await refusedFor(nexus, DELETE_COMMENT, trudy.token, { id: commentId })).toBe('NOT_FOUND')
  })
})

describe('a comment whose post has become hidden from its author', () => {
  it('can be deleted by them, and nothing else done there', async () => {
    const id = await post(nexus, alice, 'soon hidden')
    const [first, second] = [await comment(nexus, bob, id, 'first of bob'), await comment(nexus, bob, id, 'second of bob')]
    const others = await comment(nexus, alice, id, 'of alice')
    await nexus.sql('update posts set hidden_at = now() where id = $1', [id])
    const refusals: [string, string][] = [
      ['updateComment(id: $id, text: "x") { comment { id } }', first],
      ['likeComment(commentId: $id) { comment { id } }', first],
      ['unlikeComment(commentId: $id) { comment { id } }', first],
      ['report(commentId: $id, reason: "x")', others],
      ['deleteComment(id: $id)', others],
      ['createComment(postId: $id, text: "x") { comment { id } }', id],
      ['likePost(postId: $id) { post { id } }', id],
      ['unlikePost(postId: $id) { post { id } }', id],
      ['sharePost(postId: $id) { post { id } }', id],
      ['unsharePost(postId: $id) { post { id } }', id],
    ]
    for (const [verb, of] of refusals) {
      expect([verb, await refusedFor(nexus, `mutation ($id: ID!) { ${verb} }`, bob.token, { id: of })]).toEqual([verb, 'NOT_FOUND'])
    }
    expect(await refusedFor(nexus, DELETE_COMMENT, bob.token, { id: first })).toBeUndefined()
    await block(nexus, alice, bob)
    expect(await refusedFor(nexus, DELETE_COMMENT, bob.token, { id: second })).toBeUndefined()
    expect(await refusedFor(nexus, DELETE_COMMENT, bob.token, { id: second })).toBe('NOT_FOUND')
    await nexus.ask('mutation ($id: ID!) { unblockUser(userId: $id) { user { id } } }', alice.token, { id: bob.id })
    await follow(nexus, bob, alice)
  })
})

describe('an admin', () => {
  it('reads every post and comment by id, and every address; others do not', async () => {
    const query = 'query ($id: ID!) { post(id: $id) { content } }'
    for (const id of [forFollowers, hiddenPost]) {
      expect((await nexus.ask(query, admin.token, { id })).post).not.toBeNull()
      expect((await nexus.ask(query, mallory.token, { id })).post).toBeNull()
      expect((await nexus.ask(query, undefined, { id })).post).toBeNull()
    }
    const byComment = 'query ($id: ID!) { comment(id: $id) { text post { id } } }'
    expect(await nexus.ask(byComment, admin.token, { id: hiddenComment })).toEqual({ comment: { text: 'hidden', post: { id: postId } } })
    expect(await nexus.ask(byComment, mallory.token, { id: hiddenComment })).toEqual({ comment: null })
    const under = await comment(nexus, bob, forFollowers, 'under a post for followers')
    expect((await nexus.ask(byComment, admin.token, { id: under })).comment).toEqual({
      text: 'under a post for followers',
      post: { id: forFollowers },
    })
    expect(await nexus.ask(byComment, mallory.token, { id: under })).toEqual({ comment: null })
    expect(await nexus.ask('{ user(username: "alice") { email emailVerified } }', admin.token)).toEqual({
      user: { email: 'alice@mail.test', emailVerified: false },
    })
  })

  it('reads a post by id across a block and of a suspended author', async () => {
    const { heidi } = await cast(nexus, 'heidi')
    const id = await post(nexus, heidi, 'of heidi')
    await block(nexus, heidi, admin)
    await nexus.sql('update users set suspended_at = now() where id = $1', [heidi.id])
    expect(await nexus.ask('query ($id: ID!) { post(id: $id) { content } }', admin.token, { id })).toEqual({
      post: { content: 'of heidi' },
    })
    expect(await nexus.ask('query ($id: ID!) { post(id: $id) { content } }', bob.token, { id })).toEqual({ post: null })
  })

  it('is in all else a user like others: lists, likes and feeds show them no more', async () => {
    const query = 'query ($id: ID) { user(id: $id) { posts { edges { node { content } } } } publicFeed { edges { node { content } } } }'
    const seen = JSON.stringify(await nexus.ask(query, admin.token, { id: alice.id }))
    expect(seen).toContain('of alice')
    expect(seen).not.toContain('for followers')
    expect(seen).not.toContain('"hidden"')
    for (const verb of ['likePost', 'sharePost', 'unlikePost']) {
      expect(await refusedFor(nexus, `mutation ($id: ID!) { ${verb}(postId: $id) { post { id } } }`, admin.token, { id: hiddenPost })).toBe(
        'NOT_FOUND',
      )
    }
    expect(
      await refusedFor(nexus, 'mutation ($id: ID!) { createComment(postId: $id, text: "x") { comment { id } } }', admin.token, {
        id: forFollowers,
      }),
    ).toBe('NOT_FOUND')
  })

  it("edits nobody's words", async () => {
    const before = await words()
    expect(await refusedFor(nexus, EDIT_POST, admin.token, { id: postId })).toBe('FORBIDDEN')
    expect(await refusedFor(nexus, EDIT_COMMENT, admin.token, { id: commentId })).toBe('FORBIDDEN')
    expect(await words()).toEqual(before)
  })

  it('deletes any post and comment, seen or not', async () => {
    for (const id of [hiddenPost, forFollowers]) expect(await nexus.ask(DELETE_POST, admin.token, { id })).toEqual({ deletePost: true })
    for (const id of [hiddenComment, commentId])
      expect(await nexus.ask(DELETE_COMMENT, admin.token, { id })).toEqual({ deleteComment: true })
    expect(await refusedFor(nexus, DELETE_POST, admin.token, { id: hiddenPost })).toBe('NOT_FOUND')
    expect(await nexus.sql('select id from posts where id = any($1)', [[hiddenPost, forFollowers]])).toEqual([])
  })
})
