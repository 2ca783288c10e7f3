import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { refusedFor } from './verbs.ts'

let nexus: Nexus
let alice: Person, bob: Person
let postId: string

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob } = await cast(nexus, 'alice', 'bob'))
  postId = await post(nexus, alice, 'what is written about')
})
afterAll(() => nexus.close())

const CREATE = `mutation ($content: String!, $mediaUrl: String, $key: String) {
  createPost(content: $content, mediaUrl: $mediaUrl, key: $key) { post { id content mediaUrl author { username } } } }`
const COMMENT = 'mutation ($postId: ID!, $text: String!) { createComment(postId: $postId, text: $text) { comment { id text } } }'
const SHARE = 'mutation ($postId: ID!, $message: String) { sharePost(postId: $postId, message: $message) { post { id } } }'
const REPORT = 'mutation ($postId: ID, $reason: String!) { report(postId: $postId, reason: $reason) }'

async function rowsOf(table: string): Promise<number> {
  return (await nexus.sql<{ n: number }>(`select count(*)::int as n from ${table}`))[0]!.n
}

describe('whose a post is', () => {
  it.each(['authorId', 'author_id', 'userId', 'author', 'createdAt', 'id'])(
    'has no argument %s to smuggle another author or time in',
    async (name) => {
      const { status, errors } = await nexus.gql(`mutation { createPost(content: "smuggled", ${name}: 1) { post { id } } }`, {
        token: bob.token,
      })
      expect(status).toBe(400)
      expect(errors![0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED')
      expect(await nexus.sql(`select id from posts where content = 'smuggled'`)).toEqual([])
    },
  )

  it("is its token's, whatever stands beside it in the variables", async () => {
    const variables = { content: 'mine', authorId: alice.id, author_id: alice.id, userId: alice.id }
    expect((await nexus.ask(CREATE, bob.token, variables)).createPost.post).toMatchObject({ content: 'mine', author: { username: 'bob' } })
    expect(await nexus.sql('select author_id from posts where content = $1', ['mine'])).toEqual([{ author_id: bob.id }])
  })
})

/** Texts that every place of several lines takes. */
const GOOD: [string, string][] = [
  ['one character', 'a'],
  ['emoji with joiners and skin', '👩🏽‍🚀 👨‍👩‍👧‍👦 🏳️‍🌈'],
  ['right-to-left text', 'שלום עולם، مرحبا بالعالم'],
  ['marks that turn the direction', '\u202eabc\u202c \u2067def\u2069'],
  ['combining marks, not composed', 'Cafe\u0301 and Caf\u00e9'],
  ['white space around, which is not trimmed', '  \u00a0hello\u3000 \n'],
  ['lines and tabs', 'a\nb\r\nc\td'],
  ['characters with no width alone', '\u200b\u200d'],
  ['characters of no meaning yet, and of private use', '\u{e000}\u{10ffff}\uffff\ufffe'],
  ['what looks like HTML, SQL and escapes', `<script>alert(1)</script> '); drop table posts; -- \\u0000 %00 \\n`],
]

/** Texts that no place takes. */
const BAD: [string, string][] = [
  ['U+0000', 'a\u0000b'],
  ['another control character', 'a\u0008b'],
  ['an escape', '\u001b[31mred'],
  ['U+007F', 'a\u007fb'],
  ['a control character of the second set', 'a\u0085b'],
  ['a vertical tab', 'a\u000bb'],
  ['a high surrogate alone', 'a\ud83d'],
  ['a low surrogate alone', '\ude00a'],
  ['surrogates in the wrong order', '\ude00\ud83d'],
]

const BLANK: [string, string][] = [
  ['nothing', ''],
  ['spaces alone', '   '],
  ['lines alone', '\n\r\n\t'],
  ['white space of other kinds alone', '\u00a0\u2003\u3000\u2028\ufeff'],
]

describe("a post's content", () => {
  it.each(GOOD)('takes %s, and gives it back exactly, everywhere', async (_, content) => {
    const { createPost } = await nexus.ask(CREATE, alice.token, { content })
    expect(createPost.post.content).toBe(content)
    const read = await nexus.ask(
      'query ($id: ID!) { post(id: $id) { content } publicFeed(first: 1) { edges { node { content } } } }',
      bob.token,
      {
        id: createPost.post.id,
      },
    )
    expect(read).toEqual({ post: { content }, publicFeed: { edges: [{ node: { content } }] } })
  })

  it.each([...BAD, ...BLANK])('refuses %s, and writes nothing', async (_, content) => {
    const before = [await rowsOf('posts'), await rowsOf('facts')]
    expect(await refusedFor(nexus, CREATE, alice.token, { content })).toBe('BAD_USER_INPUT content')
    expect([await rowsOf('posts'), before[1]]).toEqual(before)
  })

  it('counts code points: 5,000 letters or emoji, not one more', async () => {
    for (const one of ['x', '😀', 'ש']) {
      const content = one.repeat(5000)
      expect((await nexus.ask(CREATE, alice.token, { content })).createPost.post.content).toBe(content)
      expect(await refusedFor(nexus, CREATE, alice.token, { content: content + one })).toBe('BAD_USER_INPUT content')
    }
  })

  it('may be empty, or white space, where there is media', async () => {
    const mediaUrl = 'https://a.test/cat.png'
    expect((await nexus.ask(CREATE, alice.token, { content: '', mediaUrl })).createPost.post).toMatchObject({ content: '', mediaUrl })
    expect((await nexus.ask(CREATE, alice.token, { content: ' ', mediaUrl })).createPost.post).toMatchObject({ content: ' ', mediaUrl })
    expect(await refusedFor(nexus, CREATE, alice.token, { content: '\u0000', mediaUrl })).toBe('BAD_USER_INPUT content')
    expect(await refusedFor(nexus, CREATE, alice.token, { content: 'x'.repeat(5001), mediaUrl })).toBe('BAD_USER_INPUT content')
  })
})

describe("a post's mediaUrl", () => {
  it.each([
    'http://a.test',
    'https://a.test/cat.png?size=2#top',
    'HTTPS://A.TEST/Cat.PNG',
    'https://例え.jp/絵 '.trim(),
    'http://localhost:4000/x',
    'http://10.0.0.1/x',
    'http://[2001:db8::1]:80/x',
    'https://a.test/@user:password',
  ])('takes %j, and gives it back exactly', async (mediaUrl) => {
    expect((await nexus.ask(CREATE, alice.token, { content: 'x', mediaUrl })).createPost.post.mediaUrl).toBe(mediaUrl)
  })

  it.each([
    '',
    ' ',
    'cat.png',
    '/cat.png',
    '//a.test/cat.png',
    'http:',
    'http://',
    'https:/a.test',
    'https:a.test',
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'java\nscript:alert(1)',
    'javascript://a.test/%0aalert(1)',
    'data:text/html,hello',
    'vbscript:x',
    'file:///etc/passwd',
    'ftp://a.test/x',
    'blob:https://a.test/x',
    'https://user@a.test/x',
    'https://user:password@a.test/x',
    'https://:password@a.test/x',
    'https://a.test:99999/x',
    ' https://a.test/x',
    'https://a.test/x ',
    'https://a.test/a\tb',
    'https://a.test/a\u0000b',
    'https://a.test/\ud800',
    'https://a b.test/',
  ])('refuses %j', async (mediaUrl) => {
    const before = await rowsOf('posts')
    expect(await refusedFor(nexus, CREATE, alice.token, { content: 'x', mediaUrl })).toBe('BAD_USER_INPUT mediaUrl')
    expect(await rowsOf('posts')).toBe(before)
  })

  it.each([
    ['letters', 'p'],
    ['emoji, counted by code points', '😀'],
  ])('may have 2,000 characters, not one more, of %s', async (_, one) => {
    const longest = `https://a.test/${one.repeat(1985)}`
    expect((await nexus.ask(CREATE, alice.token, { content: 'x', mediaUrl: longest })).createPost.post.mediaUrl).toBe(longest)
    expect(await refusedFor(nexus, CREATE, alice.token, { content: 'x', mediaUrl: longest + one })).toBe('BAD_USER_INPUT mediaUrl')
  })

  it('is the same as left out when it is null', async () => {
    expect((await nexus.ask(CREATE, alice.token, { content: 'x', mediaUrl: null })).createPost.post.mediaUrl).toBeNull()
    expect(await refusedFor(nexus, CREATE, alice.token, { content: '', mediaUrl: null })).toBe('BAD_USER_INPUT content')
  })
})

describe("a post's visibility and key", () => {
  it('is PUBLIC when it is left out or null, and one of two otherwise', async () => {
    const query = 'mutation ($v: Visibility) { createPost(content: "x", visibility: $v) { post { visibility } } }'
    for (const [variables, visibility] of [
      [{}, 'PUBLIC'],
      [{ v: null }, 'PUBLIC'],
      [{ v: 'PUBLIC' }, 'PUBLIC'],
      [{ v: 'FOLLOWERS' }, 'FOLLOWERS'],
    ] as const) {
      expect((await nexus.ask(query, alice.token, variables)).createPost.post.visibility).toBe(visibility)
    }
    expect(await refusedFor(nexus, query, alice.token, { v: 'SECRET' })).toMatch(/^BAD_USER_INPUT/)
    expect(await nexus.refusal('mutation { createPost(content: "x", visibility: SECRET) { post { id } } }', alice.token)).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    )
  })

  it('gives the first post again for the same key, with other words and twenty times at once', async () => {
    const { createPost: first } = await nexus.ask(CREATE, alice.token, { content: 'first', key: 'k' })
    expect((await nexus.ask(CREATE, alice.token, { content: 'other words', key: 'k' })).createPost.post).toEqual(first.post)
    const before = await rowsOf('posts')
    const ids = await Promise.all(
      Array.from(
        { length: 20 },
        async (_, i) => (await nexus.ask(CREATE, alice.token, { content: `try ${i}`, key: 'at once' })).createPost.post.id,
      ),
    )
    expect(new Set(ids).size).toBe(1)
    expect(await rowsOf('posts')).toBe(before + 1)
  })

  it("keeps each author's keys apart, and forgets them after a day", async () => {
    const { createPost: alices } = await nexus.ask(CREATE, alice.token, { content: 'of alice', key: 'same' })
    const { createPost: bobs } = await nexus.ask(CREATE, bob.token, { content: 'of bob', key: 'same' })
    expect(bobs.post.content).toBe('of bob')
    await nexus.sql(`update post_keys set created_at = created_at - interval '23 hours 59 minutes' where key = 'same'`)
    expect((await nexus.ask(CREATE, alice.token, { content: 'again', key: 'same' })).createPost.post.id).toBe(alices.post.id)
    await nexus.sql(`update post_keys set created_at = created_at - interval '1 minute' where key = 'same'`)
    expect((await nexus.ask(CREATE, alice.token, { content: 'a new day', key: 'same' })).createPost.post.content).toBe('a new day')
  })

  it('takes keys of 1 to 100 characters', async () => {
    expect(await refusedFor(nexus, CREATE, alice.token, { content: 'x', key: '😀'.repeat(100) })).toBeUndefined()
    for (const key of ['', ' ', 'x'.repeat(101), 'a\nb', 'a\u0000b', '\ud800']) {
      expect(await refusedFor(nexus, CREATE, alice.token, { content: 'x', key })).toBe('BAD_USER_INPUT key')
    }
  })
})

describe("a comment's text", () => {
  it.each(GOOD)('takes %s, and gives it back exactly', async (_, text) => {
    const { createComment } = await nexus.ask(COMMENT, bob.token, { postId, text })
    expect(createComment.comment.text).toBe(text)
    expect(await nexus.ask('query ($id: ID!) { comment(id: $id) { text } }', undefined, { id: createComment.comment.id })).toEqual({
      comment: { text },
    })
  })

  it.each([...BAD, ...BLANK])('refuses %s', async (_, text) => {
    const before = await rowsOf('comments')
    expect(await refusedFor(nexus, COMMENT, bob.token, { postId, text })).toBe('BAD_USER_INPUT text')
    expect(await rowsOf('comments')).toBe(before)
  })

  it('counts code points: 2,000, not one more', async () => {
    expect(await refusedFor(nexus, COMMENT, bob.token, { postId, text: '😀'.repeat(2000) })).toBeUndefined()
    expect(await refusedFor(nexus, COMMENT, bob.token, { postId, text: '😀'.repeat(2001) })).toBe('BAD_USER_INPUT text')
    expect(await refusedFor(nexus, COMMENT, bob.token, { postId, text: 'x'.repeat(2001) })).toBe('BAD_USER_INPUT text')
  })
})

describe("a share's message", () => {
  const shareAgain = async (message: string | null) => {
    const id = await post(nexus, alice, 'to be shared')
    const refused = await refusedFor(nexus, SHARE, bob.token, { postId: id, message })
    const rows = await nexus.sql('select message from shares where post_id = $1', [id])
    return refused ?? rows
  }

  it.each([
    ['none', null],
    ['an empty one', ''],
    ['a space', ' '],
    ['500 emoji', '😀'.repeat(500)],
    ['combining marks', 'Cafe\u0301'],
  ])('takes %s, and keeps it exactly', async (_, message) => {
    expect(await shareAgain(message)).toEqual([{ message }])
  })

  it.each([...BAD, ['a line break', 'a\nb'], ['501 characters', 'x'.repeat(501)], ['501 emoji', '😀'.repeat(501)]])(
    'refuses %s',
    async (_, message) => {
      expect(await shareAgain(message)).toBe('BAD_USER_INPUT message')
    },
  )
})

describe("a report's reason", () => {
  it.each([
    ['one character', 'x'],
    ['1,000 emoji', '😀'.repeat(1000)],
  ])('takes %s', async (_, reason) => {
    expect(await refusedFor(nexus, REPORT, bob.token, { postId, reason })).toBeUndefined()
    expect(await nexus.sql('select reporter_id, post_id, reason from reports order by id desc limit 1')).toEqual([
      { reporter_id: bob.id, post_id: Number(postId), reason },
    ])
  })

  it.each([...BAD, ...BLANK, ['a line break', 'a\nb'], ['1,001 characters', 'x'.repeat(1001)]])('refuses %s', async (_, reason) => {
    const before = await rowsOf('reports')
    expect(await refusedFor(nexus, REPORT, bob.token, { postId, reason })).toBe('BAD_USER_INPUT reason')
    expect(await rowsOf('reports')).toBe(before)
  })

  it('is about exactly one thing, which must be there', async () => {
    const commentId = (await nexus.ask(COMMENT, bob.token, { postId, text: 'x' })).createComment.comment.id
    const report = (things: string) => refusedFor(nexus, `mutation { report(${things}, reason: "x") }`, bob.token)
    expect(await refusedFor(nexus, 'mutation { report(reason: "x") }', bob.token)).toMatch(/^BAD_USER_INPUT (postId|commentId|userId)$/)
    expect(await report(`postId: "${postId}", userId: ${alice.id}`)).toMatch(/^BAD_USER_INPUT (postId|commentId|userId)$/)
    expect(await report(`commentId: "${commentId}", userId: ${alice.id}`)).toMatch(/^BAD_USER_INPUT (postId|commentId|userId)$/)
    expect(await report(`postId: null, commentId: null, userId: ${alice.id}`)).toBeUndefined()
    expect(await report(`commentId: "${commentId}"`)).toBeUndefined()
    for (const nothing of ['postId: 1', 'commentId: 1', 'userId: 999999', 'postId: "x"', 'postId: ""', `postId: "${commentId}"`]) {
      expect([nothing, await report(nothing)]).toEqual([nothing, 'NOT_FOUND'])
    }
  })
})
