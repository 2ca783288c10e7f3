import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Nexus, type Person, promote, startNexus } from '../cast.ts'
import { expectExactCounts } from '../counts/audit-counts.ts'
import { readFriends, readLdbc, readPosts } from './ldbc-files.ts'
import { contentsOf, LDBC, PUBLIC_URL, runImport, type Said, summaryOf } from './run-transfer.ts'

let nexus: Nexus
let admin: Person
let said: Said
/** From the benchmark's id to ours, and back. */
let ids: Record<'user' | 'post' | 'comment', Map<string, number>>

beforeAll(async () => {
  nexus = await startNexus()
  admin = await nexus.signUp('admin')
  await promote(nexus, admin)
  await nexus.settle()
  said = await runImport(nexus, LDBC, { format: 'ldbc-snb' })
  const rows = await nexus.sql(`select kind, external_id, id from imported_ids`)
  const of = (kind: string) => new Map(rows.filter((row) => row.kind === kind).map((row) => [row.external_id, Number(row.id)]))
  ids = { user: of('user'), post: of('post'), comment: of('comment') }
})
afterAll(() => nexus.close())

it('brings in 222 people with 5,924 posts and all that is between them, without a bad row', () => {
  expect(said.code).toBe(0)
  expect(summaryOf(said, 'person_0_0.csv')).toEqual([222, 222, 0, 0])
  expect(summaryOf(said, 'person_knows_person_0_0.csv')).toEqual([825, 825, 0, 0])
  expect(summaryOf(said, 'post_0_0.csv')).toEqual([5924, 5924, 0, 0])
  expect(summaryOf(said, 'comment_0_0.csv')).toEqual([2218, 2218, 0, 0])
  expect(summaryOf(said, 'person_likes_post_0_0.csv')).toEqual([759, 759, 0, 0])
  expect(summaryOf(said, 'person_likes_comment_0_0.csv')).toEqual([624, 624, 0, 0])
})

it("gives every person the feed that a plain join over the files gives, by the admin's token", { timeout: 120_000 }, async () => {
  const posts = readPosts()
  const friends = readFriends()
  for (const [person, userId] of ids.user) {
    const known = friends.get(person) ?? new Set()
    const expected = posts.filter((post) => known.has(post.creator)).sort((a, b) => b.ms - a.ms || b.place - a.place)
    expect(await readWholeFeed(userId), `the feed of person ${person}`).toEqual(
      expected.map(({ id, creator, ms }) => [ids.post.get(id), `ldbc_${creator}`, new Date(ms).toISOString()].join(' ')),
    )
  }
})

async function readWholeFeed(userId: number): Promise<string[]> {
  const entries: string[] = []
  for (let before: string | null = null; ; ) {
    const { feed }: { feed: { id: string; author: { username: string }; createdAt: string }[] } = await nexus.ask(
      'query ($userId: ID, $before: ID) { feed(userId: $userId, first: 100, before: $before) { id author { username } createdAt } }',
      admin.token,
      { userId, before },
    )
    entries.push(...feed.map(({ id, author, createdAt }) => `${id} ${author.username} ${createdAt}`))
    if (feed.length === 0) return entries
    before = feed.at(-1)?.id ?? null
  }
}

it('keeps who people are, and neither their addresses nor a password', async () => {
  const users = await nexus.sql(`select * from users where username like 'ldbc%' order by id`)
  const persons = readLdbc('person_0_0.csv')
  const expected = persons
    .map(([id, first, last, , , ms]) => ({
      name: `ldbc_${id}`,
      display: `${first} ${last}`,
      email: `ldbc_${id}@ldbc.invalid`,
      ms: Number(ms),
    }))
    .sort((a, b) => a.ms - b.ms)
  expect(
    users.map(({ username, display_name, email, created_at }) => ({
      name: username,
      display: display_name,
      email,
      ms: created_at.getTime(),
    })),
  ).toEqual(expected)
  expect(users.filter(({ password }) => password !== null)).toEqual([])
})

it('makes a photo a mediaUrl of this Nexus, with nothing said', async () => {
  const [id = '', photo] = readLdbc('post_0_0.csv').find(([, image]) => image) ?? []
  const { post } = await nexus.ask('query ($id: ID!) { post(id: $id) { content mediaUrl } }', undefined, { id: ids.post.get(id) })
  expect(post).toEqual({ content: '', mediaUrl: `${PUBLIC_URL}/ldbc/${photo}` })
})

it('keeps created times to the millisecond, and tells apart what is of one millisecond, in the order of the file', async () => {
  const inFile = (file: string, kind: 'post' | 'comment', column: number) =>
    readLdbc(file).map((row, place) => ({ id: ids[kind].get(row[0] ?? ''), ms: Number(row[column]), place }))
  for (const [table, rows] of [
    ['posts', inFile('post_0_0.csv', 'post', 2)],
    ['comments', inFile('comment_0_0.csv', 'comment', 1)],
  ] as const) {
    const inDatabase = await nexus.sql(`select id, created_at from ${table} order by id`)
    const expected = rows.toSorted((a, b) => a.ms - b.ms || a.place - b.place).map(({ id, ms }) => ({ id, ms }))
    expect(inDatabase.map(({ id, created_at }) => ({ id: Number(id), ms: created_at.getTime() }))).toEqual(expected)
  }
  for (const [file, sql] of [
    ['person_likes_post_0_0.csv', 'select user_id as a, post_id as b, created_at from likes'],
    ['person_likes_comment_0_0.csv', 'select user_id as a, comment_id as b, created_at from comment_likes'],
  ] as const) {
    const liked = file.includes('comment') ? ids.comment : ids.post
    const expected = readLdbc(file).map(([person = '', id = '', ms]) => `${ids.user.get(person)} ${liked.get(id)} ${ms}`)
    const rows = await nexus.sql(sql)
    expect(rows.map(({ a, b, created_at }) => `${a} ${b} ${created_at.getTime()}`).sort()).toEqual(expected.sort())
  }
})

it('keeps threads: each comment under its post and below what it replies to, however deep', async () => {
  const ofPost = new Map(readLdbc('comment_replyOf_post_0_0.csv') as [string, string][])
  const ofComment = new Map(readLdbc('comment_replyOf_comment_0_0.csv') as [string, string][])
  const creators = new Map(readLdbc('comment_hasCreator_person_0_0.csv') as [string, string][])
  const postOf = (id: string): string => ofPost.get(id) ?? postOf(ofComment.get(id) ?? '')
  const expected = readLdbc('comment_0_0.csv').map(([id = '', , , , text]) => {
    const parent = ofComment.get(id)
    return [
      ids.comment.get(id),
      ids.post.get(postOf(id)),
      parent ? ids.comment.get(parent) : null,
      ids.user.get(creators.get(id) ?? ''),
      text,
    ]
  })
  const rows = await nexus.sql('select id, post_id, parent_id, author_id, text from comments')
  const actual = rows.map((row) => [
    Number(row.id),
    Number(row.post_id),
    row.parent_id === null ? null : Number(row.parent_id),
    row.author_id,
    row.text,
  ])
  const byId = (a: unknown[], b: unknown[]) => Number(a[0]) - Number(b[0])
  expect(actual.sort(byId)).toEqual(expected.sort(byId))
})

it('leaves exact counts', () => expectExactCounts(nexus))

it('announces nothing: an import is history, and nobody is sent a mail', async () => {
  expect(await nexus.sql('select (select count(*)::int from facts) as facts, (select count(*)::int from jobs) as jobs')).toEqual([
    { facts: 0, jobs: 0 },
  ])
})

it('changes nothing when it is done again', async () => {
  const before = await contentsOf(nexus)
  const again = await runImport(nexus, LDBC, { format: 'ldbc-snb' })
  expect(again.code).toBe(0)
  expect(summaryOf(again, 'post_0_0.csv')).toEqual([5924, 0, 5924, 0])
  expect(summaryOf(again, 'person_knows_person_0_0.csv')).toEqual([825, 0, 825, 0])
  expect(await contentsOf(nexus)).toEqual(before)
})

it('does not bring back what was deleted, renamed or edited since', async () => {
  const [liked = '', post = ''] = readLdbc('person_likes_post_0_0.csv')[0] ?? []
  const comment = [...ids.comment.values()][0]
  await nexus.sql('delete from posts where id = $1', [ids.post.get(post)])
  await nexus.sql('delete from users where id = $1', [ids.user.get(readPosts()[0]?.creator ?? '')])
  await nexus.sql(`update users set username = 'renamed' where id = $1`, [ids.user.get(liked)])
  await nexus.sql(`update comments set text = 'edited' where id = $1`, [comment])
  const before = await contentsOf(nexus)
  const again = await runImport(nexus, LDBC, { format: 'ldbc-snb' })
  expect(again.err).not.toContain('.csv:')
  expect(again.code).toBe(0)
  expect(await contentsOf(nexus)).toEqual(before)
})
