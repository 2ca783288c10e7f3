import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findTags } from '../../src/domain/posts/find-tags.ts'
import { addJobs } from '../../src/platform/queue/add-jobs.ts'
import { block, comment, deletePost, mute, readPages, refusedFor } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { layOut, runImport } from '../transfer/run-transfer.ts'

let nexus: Nexus
let alice: Person, bob: Person, carol: Person, dan: Person

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol, dan } = await cast(nexus, 'alice', 'bob', 'carol', 'dan'))
})
afterAll(() => nexus.close())

async function tagged(tag: string, viewer?: Person): Promise<string[]> {
  const query = 'query ($tag: String!) { taggedPosts(tag: $tag, first: 100) { edges { node { content } } } }'
  const { taggedPosts } = await nexus.ask(query, viewer?.token, { tag })
  return taggedPosts.edges.map((edge: { node: { content: string } }) => edge.node.content)
}

async function edit(person: Person, id: string, content: string): Promise<void> {
  await nexus.ask('mutation ($id: ID!, $content: String!) { updatePost(id: $id, content: $content) { post { id } } }', person.token, {
    id,
    content,
  })
}

describe('what is in the words of a post and of a comment', () => {
  const ENTITIES = 'entities { kind start end text tag url user { username } }'

  it('is offered with its place, what it says, and whom it means', async () => {
    const content = '😀 #Katzen für @ALICE und @nobody_here: https://a.b/c.'
    const postId = await post(nexus, bob, content)
    const commentId = await comment(nexus, alice, postId, '@bob #ja')
    const { post: shown, comment: said } = await nexus.ask(
      `query ($post: ID!, $comment: ID!) { post(id: $post) { content tags ${ENTITIES} } comment(id: $comment) { ${ENTITIES} } }`,
      undefined,
      { post: postId, comment: commentId },
    )
    const none = { tag: null, url: null, user: null }
    expect(shown.tags).toEqual(['Katzen'])
    expect(shown.entities).toEqual([
      { ...none, kind: 'TAG', start: 2, end: 9, text: '#Katzen', tag: 'Katzen' },
      { ...none, kind: 'MENTION', start: 14, end: 20, text: '@ALICE', user: { username: 'alice' } },
      { ...none, kind: 'MENTION', start: 25, end: 37, text: '@nobody_here' },
      { ...none, kind: 'LINK', start: 39, end: 52, text: 'https://a.b/c', url: 'https://a.b/c' },
    ])
    for (const { start, end, text } of shown.entities) expect([...content].slice(start, end).join('')).toBe(text)
    expect(said.entities.map(({ text }: { text: string }) => text)).toEqual(['@bob', '#ja'])
  })

  it('is as much as thirty tags, each told once, and no query by which a few texts ask for everything', async () => {
    const id = await post(nexus, bob, `${Array.from({ length: 40 }, (_, i) => `#many${i % 35}`).join(' ')} #Many1`)
    expect((await nexus.ask('query ($id: ID!) { post(id: $id) { tags } }', undefined, { id })).post.tags).toHaveLength(30)
    const greedy = '{ publicFeed(first: 100) { edges { node { entities { user { followers(first: 100) { edges { node { id } } } } } } } } }'
    expect(await nexus.refusal(greedy)).toBe('QUERY_TOO_COMPLEX')
  })
})

describe('the posts with a tag', () => {
  it('are found with # and without, in every case, newest first, and shown as written', async () => {
    await post(nexus, alice, 'one #Größe')
    await post(nexus, bob, 'two #GRÖSSE and again #größe')
    await post(nexus, bob, 'three #Grösse2')
    for (const tag of ['größe', '#Größe', '＃GRÖSSE', 'grösse'])
      expect(await tagged(tag)).toEqual(['two #GRÖSSE and again #größe', 'one #Größe'])
    const { taggedPosts } = await nexus.ask('{ taggedPosts(tag: "größe") { edges { node { tags } } } }')
    expect(taggedPosts.edges.map((edge: { node: { tags: string[] } }) => edge.node.tags)).toEqual([['GRÖSSE'], ['Größe']])
    expect(await tagged('nothing')).toEqual([])
  })

  it('come in pages without a gap or a repeat', async () => {
    for (let n = 0; n < 7; n += 1) await post(nexus, alice, `#paged ${n}`)
    const query =
      'query ($after: String) { taggedPosts(tag: "paged", first: 3, after: $after) { edges { node { content } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }'
    const pages = await readPages(async (after) => (await nexus.ask(query, undefined, { after })).taggedPosts)
    expect(pages.map(({ edges }) => edges.map(({ node }) => Number(node.content.slice(7))))).toEqual([[6, 5, 4], [3, 2, 1], [0]])
    expect(await refusedFor(nexus, '{ taggedPosts(tag: "paged", first: 101) { edges { cursor } } }')).toBe('BAD_USER_INPUT first')
    expect(await refusedFor(nexus, '{ taggedPosts(tag: "paged", after: "x") { edges { cursor } } }')).toBe('BAD_USER_INPUT after')
    for (const tag of ['', '#', 'x'.repeat(101)])
      expect(await refusedFor(nexus, 'query ($tag: String!) { taggedPosts(tag: $tag) { edges { cursor } } }', undefined, { tag })).toBe(
        'BAD_USER_INPUT tag',
      )
  })

  it('follow what is edited, and go with what is deleted', async () => {
    const id = await post(nexus, alice, '#before and #both')
    await edit(alice, id, '#Both and #after')
    expect([await tagged('before'), await tagged('both'), await tagged('after')]).toEqual([[], ['#Both and #after'], ['#Both and #after']])
    expect(await nexus.sql('select tag, written from post_tags where post_id = $1 order by tag', [id])).toEqual([
      { tag: 'after', written: 'after' },
      { tag: 'both', written: 'Both' },
    ])
    await deletePost(nexus, alice, id)
    expect([await tagged('both', alice), await tagged('after')]).toEqual([[], []])
    expect(await nexus.sql('select from post_tags where post_id = $1', [id])).toEqual([])
  })

  it('are those that the viewer may see: a mute is none of its business', async () => {
    await post(nexus, bob, '#seen by all')
    await post(nexus, bob, '#seen by followers', 'FOLLOWERS')
    const hidden = await post(nexus, bob, '#seen by bob')
    await nexus.sql('update posts set hidden_at = now() where id = $1', [hidden])
    await follow(nexus, alice, bob)
    await mute(nexus, alice, bob)
    await block(nexus, dan, bob)
    expect(await tagged('seen', bob)).toEqual(['#seen by bob', '#seen by followers', '#seen by all'])
    expect(await tagged('seen', alice)).toEqual(['#seen by followers', '#seen by all'])
    for (const viewer of [carol, undefined]) expect(await tagged('seen', viewer)).toEqual(['#seen by all'])
    expect(await tagged('seen', dan)).toEqual([])
    await nexus.sql('update users set suspended_at = now() where id = $1', [bob.id])
    expect(await tagged('seen', carol)).toEqual([])
    await nexus.sql('update users set suspended_at = null where id = $1', [bob.id])
  })
})

describe('posts that came in otherwise', () => {
  it('have their tags in the import', async () => {
    const folder = await layOut({
      'posts.csv': `id,author_id,content\n3361334254298112,${carol.id},"#Imported, 日本の#タグ ＃タグ"\n3361334254302208,${carol.id},none\n`,
    })
    expect((await runImport(nexus, folder)).code).toBe(0)
    for (const tag of ['imported', 'タグ']) expect(await tagged(tag)).toEqual(['#Imported, 日本の#タグ ＃タグ'])
    expect(await nexus.sql('select tag from post_tags where post_id = 3361334254298112 order by tag')).toEqual([
      { tag: 'imported' },
      { tag: 'タグ' },
    ])
  })

  it('and those from before there were tags get them by a job, which may run twice and passes over what has changed since', async () => {
    await nexus.sql(
      `insert into posts (author_id, content) select $1, '#old ' || case when i % 3 = 0 then '#third' else 'x' end from generate_series(1, 450) i`,
      [carol.id],
    )
    const edited = await post(nexus, carol, '#old')
    await edit(carol, edited, '#new')
    for (const above of [0, 0]) {
      await nexus.app.database.transaction((tx) => addJobs(tx, findTags, [{ above }]))
      await nexus.settle()
    }
    const count = async (tag: string) =>
      (await nexus.sql<{ n: number }>('select count(*)::int as n from post_tags where tag = $1', [tag]))[0]!.n
    expect([await count('old'), await count('third'), await count('new')]).toEqual([450, 150, 1])
    expect(await tagged('third')).toHaveLength(100)
  })
})
