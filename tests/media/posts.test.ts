import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statementChannel } from '../../src/platform/database/connection.ts'
import { block, refusedFor, share } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, promote, startNexus } from '../cast.ts'
import { picture } from './pictures.ts'
import { mediumOf, postWith, type Uploaded, upload } from './uploads.ts'

let nexus: Nexus
let alice: Person, bob: Person, carol: Person
let file: Buffer
beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol } = await cast(nexus, 'alice', 'bob', 'carol'))
  file = await picture()
})
afterAll(() => nexus.close())

const MEDIA = 'mediaUrl media { id url previewUrl kind width height placeholder blurhash altText }'
const POST = `query ($id: ID!) { post(id: $id) { id content ${MEDIA} } }`
const CREATE = `mutation ($content: String!, $mediaUrl: String, $mediaIds: [ID!], $key: String, $visibility: Visibility) {
  createPost(content: $content, mediaUrl: $mediaUrl, mediaIds: $mediaIds, key: $key, visibility: $visibility) { post { id content ${MEDIA} } } }`
const UPDATE = `mutation ($id: ID!, $content: String, $mediaUrl: String) {
  updatePost(id: $id, content: $content, mediaUrl: $mediaUrl) { post { id content editedAt ${MEDIA} edits { edges { node { mediaUrl } } } } } }`

function as({ state: _, ...shown }: Uploaded) {
  return shown
}

describe('a post with pictures', () => {
  it('has them in the order given, may say nothing else, and its mediaUrl is that of the first', async () => {
    const [one, two] = [await upload(nexus, bob, file, { altText: 'one' }), await upload(nexus, bob, file)]
    const { createPost } = await nexus.ask(CREATE, bob.token, { content: '', mediaIds: [two.id, one.id] })
    const expected = { id: createPost.post.id, content: '', mediaUrl: two.url, media: [as(two), as(one)] }
    expect(createPost.post).toEqual(expected)
    expect((await nexus.ask(POST, undefined, { id: createPost.post.id })).post).toEqual(expected)
  })

  it('is the same in every list', async () => {
    const medium = await mediumOf(nexus, bob)
    const id = await postWith(nexus, bob, [medium.id], 'everywhere')
    await follow(nexus, alice, bob)
    await share(nexus, carol, id)
    await follow(nexus, alice, carol)
    const quoting = await nexus.ask('mutation ($id: ID!) { createPost(content: "q", quotedPostId: $id) { post { id } } }', carol.token, {
      id,
    })
    const node = `{ id ${MEDIA} }`
    const found = await nexus.ask(
      `query ($bob: ID!, $quote: ID!) {
        feed { ...P } homeFeed { edges { node { ...P } } } publicFeed { edges { node { ...P } } } user(id: $bob) { posts { edges { node { ...P } } } }
        post(id: $quote) { quotedPost { ...P } } } fragment P on Post ${node}`,
      alice.token,
      { bob: bob.id, quote: quoting.createPost.post.id },
    )
    const expected = { id, mediaUrl: medium.url, media: [as(medium)] }
    const lists = [
      found.feed,
      ...[found.homeFeed, found.publicFeed, found.user.posts].map(({ edges }) => edges.map((edge: { node: unknown }) => edge.node)),
    ]
    for (const list of [...lists, [found.post.quotedPost]]) expect(list).toContainEqual(expected)
  })

  it('shows them to whom it shows itself, and to nobody else', async () => {
    const { dan, erin } = await cast(nexus, 'dan', 'erin')
    const medium = await mediumOf(nexus, dan)
    const { createPost } = await nexus.ask(CREATE, dan.token, { content: 'near', mediaIds: [medium.id], visibility: 'FOLLOWERS' })
    const seenBy = async (person?: Person) => (await nexus.ask(POST, person?.token, { id: createPost.post.id })).post?.media.length
    expect([await seenBy(), await seenBy(erin), await seenBy(dan)]).toEqual([undefined, undefined, 1])
    await follow(nexus, erin, dan)
    expect(await seenBy(erin)).toBe(1)
    await block(nexus, dan, erin)
    expect(await seenBy(erin)).toBeUndefined()
  })

  it('costs one statement a page where its pictures are asked for, and none where there are none', async () => {
    const { frank, greta } = await cast(nexus, 'frank', 'greta')
    await follow(nexus, greta, frank)
    const mediaReads: string[] = []
    const listen = (message: unknown) => {
      const { name } = message as { name: string }
      if (name === 'media.of-posts') mediaReads.push(name)
    }
    const readsOfAPage = async () => {
      mediaReads.length = 0
      await nexus.ask(`{ homeFeed { edges { node { ${MEDIA} } } } }`, greta.token)
      return mediaReads.length
    }
    statementChannel.subscribe(listen)
    try {
      await post(nexus, frank, 'plain')
      expect(await readsOfAPage()).toBe(0)
      for (let i = 0; i < 3; i += 1) await postWith(nexus, frank, [(await mediumOf(nexus, frank)).id])
      expect(await readsOfAPage()).toBe(1)
    } finally {
      statementChannel.unsubscribe(listen)
    }
  })

  it('comes once for the same key, with its pictures', async () => {
    const { id: medium } = await mediumOf(nexus, bob)
    const twice = [1, 2].map(() => nexus.ask(CREATE, bob.token, { content: 'once', mediaIds: [medium], key: 'k' }))
    const [first, second] = await Promise.all(twice)
    expect(first.createPost.post).toEqual(second.createPost.post)
    expect(first.createPost.post.media.map(({ id }: { id: string }) => id)).toEqual([medium])
  })

  it('takes a picture whose address is given as mediaUrl as its own', async () => {
    const medium = await mediumOf(nexus, bob)
    const { createPost } = await nexus.ask(CREATE, bob.token, { content: 'by its address', mediaUrl: medium.url })
    expect(createPost.post).toMatchObject({ mediaUrl: medium.url, media: [as(medium)] })
    const again = await nexus.ask(CREATE, bob.token, { content: 'a second time', mediaUrl: medium.url })
    expect(again.createPost.post).toMatchObject({ mediaUrl: medium.url, media: [] })
    const others = await mediumOf(nexus, alice)
    const { createPost: strange } = await nexus.ask(CREATE, bob.token, { content: "alice's", mediaUrl: others.url })
    expect(strange.post).toMatchObject({ mediaUrl: others.url, media: [] })
  })

  it('with an address from elsewhere has that and no media', async () => {
    const mediaUrl = 'https://elsewhere.test/a.png'
    const { createPost } = await nexus.ask(CREATE, bob.token, { content: '', mediaUrl })
    expect(createPost.post).toMatchObject({ mediaUrl, media: [] })
  })
})

describe('is refused', () => {
  it("what is not the author's, or not there, or not an id, without telling them apart", async () => {
    const others = await mediumOf(nexus, alice)
    for (const id of [others.id, '999999', '0', 'x', '-1', '1e3']) {
      expect(await refusedFor(nexus, CREATE, bob.token, { content: 'x', mediaIds: [id] }), id).toBe('NOT_FOUND mediaIds')
    }
    expect(await nexus.sql('select from media where id = $1 and post_id is not null', [others.id])).toEqual([])
  })

  it('what another post has, more than four, one twice, and both kinds at once', async () => {
    const used = await mediumOf(nexus, bob)
    await postWith(nexus, bob, [used.id])
    const free = await mediumOf(nexus, bob)
    const refused = (variables: object) => refusedFor(nexus, CREATE, bob.token, { content: 'x', ...variables })
    expect(await refused({ mediaIds: [free.id, used.id] })).toBe('BAD_USER_INPUT mediaIds')
    expect(await refused({ mediaIds: ['1', '2', '3', '4', '5'] })).toBe('BAD_USER_INPUT mediaIds')
    expect(await refused({ mediaIds: [free.id, free.id] })).toBe('BAD_USER_INPUT mediaIds')
    expect(await refused({ mediaIds: [free.id], mediaUrl: 'https://elsewhere.test/a.png' })).toBe('BAD_USER_INPUT mediaIds')
    expect(await refused({ content: '', mediaIds: [] })).toBe('BAD_USER_INPUT content')
    expect(await refused({ content: '', mediaIds: null })).toBe('BAD_USER_INPUT content')
    expect(await refused({ mediaIds: [free.id] }), 'and after all that it is still free').toBeUndefined()
  })

  it('all but one of ten posts that take the same picture at once', async () => {
    const { id } = await mediumOf(nexus, bob)
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => refusedFor(nexus, CREATE, bob.token, { content: 'mine', mediaIds: [id] })),
    )
    expect(answers.filter((refusal) => refusal === undefined)).toHaveLength(1)
    expect(answers.filter((refusal) => refusal === 'BAD_USER_INPUT mediaIds')).toHaveLength(9)
  })
})

describe('an edit', () => {
  it('of the words keeps the pictures, also where the mediaUrl that was read is sent back', async () => {
    const medium = await mediumOf(nexus, bob)
    const id = await postWith(nexus, bob, [medium.id], 'before')
    const { updatePost } = await nexus.ask(UPDATE, bob.token, { id, content: 'after', mediaUrl: medium.url })
    expect(updatePost.post).toMatchObject({ content: 'after', mediaUrl: medium.url, media: [as(medium)] })
    expect(updatePost.post.edits.edges).toEqual([{ node: { mediaUrl: medium.url } }])
    const { updatePost: same } = await nexus.ask(UPDATE, bob.token, { id, mediaUrl: medium.url })
    expect(same.post.editedAt).toBe(updatePost.post.editedAt)
  })

  it.each([
    ['clears mediaUrl', null],
    ['gives another', 'https://elsewhere.test/b.png'],
  ])('that %s takes the pictures away', async (_, mediaUrl) => {
    const medium = await mediumOf(nexus, bob)
    const id = await postWith(nexus, bob, [medium.id], 'words')
    const { updatePost } = await nexus.ask(UPDATE, bob.token, { id, mediaUrl })
    expect(updatePost.post).toMatchObject({ mediaUrl, media: [] })
    expect(await nexus.ask('query ($id: ID!) { media(id: $id) { id } }', bob.token, { id: medium.id })).toEqual({ media: null })
  })

  it('may not clear the pictures where there are no words', async () => {
    const id = await postWith(nexus, bob, [(await mediumOf(nexus, bob)).id])
    expect(await refusedFor(nexus, UPDATE, bob.token, { id, mediaUrl: null })).toBe('BAD_USER_INPUT content')
    expect((await nexus.ask(POST, bob.token, { id })).post.media).toHaveLength(1)
  })
})

describe('what stands in a picture', () => {
  const DESCRIBE = 'mutation ($id: ID!, $altText: String) { updateMedia(id: $id, altText: $altText) { media { id altText } } }'

  it('is said by its owner, before and after it is in a post, and seen at once', async () => {
    const { id } = await mediumOf(nexus, bob)
    expect((await nexus.ask(DESCRIBE, bob.token, { id, altText: 'a flag' })).updateMedia.media).toEqual({ id, altText: 'a flag' })
    const postId = await postWith(nexus, bob, [id])
    await nexus.ask(DESCRIBE, bob.token, { id, altText: 'a flag in the wind' })
    expect((await nexus.ask(POST, alice.token, { id: postId })).post.media[0].altText).toBe('a flag in the wind')
    await nexus.ask(DESCRIBE, bob.token, { id, altText: null })
    expect((await nexus.ask(POST, alice.token, { id: postId })).post.media[0].altText).toBeNull()
  })

  it('is bounded, and nobody else says it, an admin neither', async () => {
    const { id } = await mediumOf(nexus, bob)
    await promote(nexus, carol)
    for (const altText of ['', '  ', 'x'.repeat(1501), 'a\u0000'])
      expect(await refusedFor(nexus, DESCRIBE, bob.token, { id, altText })).toBe('BAD_USER_INPUT altText')
    for (const person of [alice, carol]) {
      expect(await refusedFor(nexus, DESCRIBE, person.token, { id, altText: 'mine' })).toBe('NOT_FOUND')
      expect(await nexus.ask('query ($id: ID!) { media(id: $id) { id } }', person.token, { id })).toEqual({ media: null })
    }
    expect((await nexus.ask('query ($id: ID!) { media(id: $id) { altText } }', bob.token, { id })).media.altText).toBeNull()
  })
})
