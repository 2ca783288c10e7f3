import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast, type Nexus, type Person, post, startNexus } from './cast.ts'

let nexus: Nexus
let alice: Person
let bob: Person
beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob } = await cast(nexus, 'alice', 'bob'))
})
afterAll(() => nexus?.close())

const mark = (verb: string, postId: string) => `mutation { ${verb}(postId: ${postId}) { post { id viewerHasBookmarked isPinned } } }`
const idsOf = (connection: { edges: { node: { id: string } }[] }) => connection.edges.map(({ node }) => node.id)

describe('bookmarks', () => {
  it("are alice's alone, the last marked first, and go with the post", async () => {
    const [one, two] = [await post(nexus, bob, 'one'), await post(nexus, bob, 'two')]
    await nexus.ask(mark('bookmarkPost', two), alice.token)
    await nexus.ask(mark('bookmarkPost', one), alice.token)
    const again = await nexus.ask(mark('bookmarkPost', two), alice.token)
    expect(again.bookmarkPost.post.viewerHasBookmarked).toBe(true)

    const list = '{ bookmarkedPosts { edges { node { id } } } }'
    expect(idsOf((await nexus.ask(list, alice.token)).bookmarkedPosts)).toEqual([one, two])
    expect((await nexus.ask(list, bob.token)).bookmarkedPosts.edges).toEqual([])
    await nexus.ask(mark('unbookmarkPost', one), alice.token)
    await nexus.ask(`mutation { deletePost(id: ${two}) }`, bob.token)
    expect((await nexus.ask(list, alice.token)).bookmarkedPosts.edges).toEqual([])
  })

  it('page from the last liked to the first', async () => {
    const posts = [await post(nexus, bob, 'a'), await post(nexus, bob, 'b'), await post(nexus, bob, 'c')]
    for (const id of posts) await nexus.ask(`mutation { likePost(postId: ${id}) { post { id } } }`, alice.token)
    const page =
      'query ($after: String) { likedPosts(first: 2, after: $after) { edges { node { id } } pageInfo { endCursor hasNextPage } } }'
    const first = (await nexus.ask(page, alice.token)).likedPosts
    const second = (await nexus.ask(page, alice.token, { after: first.pageInfo.endCursor })).likedPosts
    expect([...idsOf(first), ...idsOf(second)]).toEqual(posts.toReversed())
    expect(second.pageInfo.hasNextPage).toBe(false)
  })
})

describe('pins', () => {
  it('stand at the top of a profile, five at most, and are one’s own', async () => {
    const posts = []
    for (let n = 0; n < 6; n += 1) posts.push(await post(nexus, bob, `post ${n}`))
    for (const id of posts.slice(0, 5)) expect((await nexus.ask(mark('pinPost', id), bob.token)).pinPost.post.isPinned).toBe(true)
    expect(await nexus.refusal(mark('pinPost', posts[5]!), bob.token)).toBe('FORBIDDEN')
    expect(await nexus.refusal(mark('pinPost', posts[0]!), alice.token)).toBe('FORBIDDEN')

    const pinned = async () =>
      (await nexus.ask(`{ user(id: ${bob.id}) { pinnedPosts { id } } }`, alice.token)).user.pinnedPosts.map(({ id }: { id: string }) => id)
    expect(await pinned()).toEqual(posts.slice(0, 5).toReversed())
    await nexus.ask(mark('unpinPost', posts[0]!), bob.token)
    await nexus.ask(mark('pinPost', posts[5]!), bob.token)
    expect(await pinned()).toEqual([posts[5], ...posts.slice(1, 5).toReversed()])
  })
})

describe('what a post says of itself', () => {
  const create = `mutation ($warning: String, $language: String) {
    createPost(content: "the butler", contentWarning: $warning, sensitive: true, language: $language) { post { id contentWarning sensitive language } } }`

  it('comes back as it was given, also in feeds, and is kept when it is edited', async () => {
    const { post: made } = (await nexus.ask(create, bob.token, { warning: 'who did it', language: 'en-GB' })).createPost
    expect(made).toMatchObject({ contentWarning: 'who did it', sensitive: true, language: 'en-GB' })
    const feed = await nexus.ask('{ homeFeed(first: 1) { edges { node { contentWarning sensitive language } } } }', bob.token)
    expect(feed.homeFeed.edges[0].node).toEqual({ contentWarning: 'who did it', sensitive: true, language: 'en-GB' })

    const edit = `mutation ($id: ID!) { updatePost(id: $id, contentWarning: null, sensitive: false) {
      post { content contentWarning sensitive language edits { edges { node { contentWarning sensitive } } } } } }`
    expect((await nexus.ask(edit, bob.token, { id: made.id })).updatePost.post).toEqual({
      content: 'the butler',
      contentWarning: null,
      sensitive: false,
      language: 'en-GB',
      edits: { edges: [{ node: { contentWarning: 'who did it', sensitive: true } }] },
    })
  })

  it.each([[{ warning: 'x'.repeat(501) }], [{ language: 'not a language' }], [{ language: `en-${'a'.repeat(40)}` }]])(
    'is refused outside of its bounds: %j',
    async (variables) => {
      expect(await nexus.refusal(create, bob.token, variables)).toBe('BAD_USER_INPUT')
    },
  )
})

it('writes one comment for one key, however often it is sent', async () => {
  const about = await post(nexus, bob, 'words')
  const comment = `mutation { createComment(postId: ${about}, text: "once", key: "k1") { comment { id } } }`
  const answers = await Promise.all([1, 2, 3].map(() => nexus.ask(comment, alice.token)))
  expect(new Set(answers.map(({ createComment }) => createComment.comment.id)).size).toBe(1)
})
