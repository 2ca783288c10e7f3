import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importInto } from '../../src/transfer/import-folder.ts'
import { cast, follow, type Nexus, post, startNexus } from '../cast.ts'
import { expectExactCounts } from '../counts/audit-counts.ts'
import { badRows, contentsOf, idAt, LDBC, layOut, runImport, summaryOf } from './run-transfer.ts'

const CARDS = { users: 'id,username,email\n', posts: 'id,author_id,content\n' }

let nexus: Nexus
beforeEach(async () => {
  nexus = await startNexus()
})
afterEach(() => nexus.close())

describe('into a Nexus where people are', () => {
  it('passes over what is there with the same words, and refuses the same id with other words, but changes nothing', async () => {
    const { alice } = await cast(nexus, 'alice', 'bob')
    const id = await post(nexus, alice, 'as it was')
    await nexus.settle()
    const before = await contentsOf(nexus)
    const folder = await layOut({
      'users.csv': `${CARDS.users}1,alice,alice@mail.test\n2,robert,bob@mail.test\n`,
      'posts.csv': `${CARDS.posts}${id},1,as it is told\n`,
    })
    const said = await runImport(nexus, folder)
    expect(badRows(said)).toEqual([
      'users.csv:3: user 2 is there already, with other words.',
      `posts.csv:2: post ${id} is there already, with other words.`,
    ])
    expect(summaryOf(said, 'users.csv')).toEqual([2, 0, 1, 1])
    expect(await contentsOf(nexus)).toEqual(before)
  })

  it('gives those who sign up afterwards an id behind the imported ones', async () => {
    await nexus.signUp('alice')
    await runImport(nexus, await layOut({ 'users.csv': `${CARDS.users}700,bob,bob@mail.test\n` }))
    expect((await nexus.signUp('carol')).id).toBe(701)
  })

  it('lists follows in the order of their times, not of their rows', async () => {
    const folder = await layOut({
      'users.csv': `${CARDS.users}${['alice', 'bob', 'carol', 'dan'].map((name, i) => `${i + 1},${name},${name}@mail.test\n`).join('')}`,
      'follows.csv': 'follower_id,following_id,created_at\n1,2,2022-01-01T00:00:00Z\n1,3,2024-01-01T00:00:00Z\n1,4,2023-01-01T00:00:00Z\n',
    })
    await runImport(nexus, folder)
    const { user } = await nexus.ask('{ user(id: 1) { followingCount following { edges { node { username } } } } }')
    expect(user.followingCount).toBe(3)
    expect(user.following.edges.map((edge: { node: { username: string } }) => edge.node.username)).toEqual(['carol', 'dan', 'bob'])
  })

  it('lets nobody follow more than 10,000, those counted whom they follow already, and says which rows are too many', async () => {
    const { alice, bob } = await cast(nexus, 'alice', 'bob')
    await follow(nexus, alice, bob)
    const ids = Array.from({ length: 10_001 }, (_, index) => index + 10)
    const folder = await layOut({
      'users.csv': CARDS.users + ids.map((id) => `${id},user_${id},${id}@mail.test\n`).join(''),
      'follows.csv': `follower_id,following_id\n${ids.map((id) => `${alice.id},${id}\n`).join('')}`,
    })
    const said = await runImport(nexus, folder)
    expect(badRows(said)).toEqual([10_001, 10_002].map((line) => `follows.csv:${line}: an account follows at most 10,000 others.`))
    expect(await nexus.sql('select count(*)::int from follows')).toEqual([{ count: 10_000 }])
    await expectExactCounts(nexus)
  })

  it('refuses a block between two of whom one follows the other, since it would end the follow', async () => {
    const { alice, bob } = await cast(nexus, 'alice', 'bob')
    await follow(nexus, alice, bob)
    const said = await runImport(nexus, await layOut({ 'blocks.csv': `blocker_id,blocked_id\n${bob.id},${alice.id}\n` }))
    expect(badRows(said)).toEqual(['blocks.csv:2: one of the two follows the other; an import does not end that.'])
  })

  it('does not take the id or the name of an account that was closed for that account', async () => {
    const { alice } = await cast(nexus, 'alice')
    await nexus.sql(`update users set closed_at = now(), email = 'closed@1' where id = $1`, [alice.id])
    const said = await runImport(nexus, await layOut({ 'users.csv': `${CARDS.users}1,alice,alice@mail.test\n2,Alice,alice@mail.test\n` }))
    expect(badRows(said)).toEqual(['users.csv:2: user 1 is an account that was closed.'])
    expect(await nexus.sql('select id from users where closed_at is null')).toEqual([{ id: 2 }])
  })
})

it('leaves out who hangs on a bad row: what they wrote, and what was said and quoted of that', async () => {
  const [first, second, third] = [0, 1, 2].map((counter) => idAt(1, '2021-01-01', counter))
  const [comment, reply] = [idAt(3, '2021-01-02'), idAt(3, '2021-01-02', 1)]
  const folder = await layOut({
    'users.csv': `${CARDS.users}1,alice,alice@mail.test\n2,b!b,bob@mail.test\n`,
    'posts.csv': `id,author_id,content,quoted_post_id\n${third},1,three,${second}\n${second},1,two,${first}\n${first},2,one,\n`,
    'comments.csv': `id,post_id,author_id,parent_id,text\n${reply},${third},1,${comment},x\n${comment},${third},1,,x\n`,
  })
  const said = await runImport(nexus, folder)
  expect(badRows(said).map((row) => row.split(': ').slice(0, 2).join(': '))).toEqual([
    'users.csv:3: username must have 3 to 30 letters, digits, _ or ., and no . at either end.',
    `posts.csv:2: there is no post ${second} to quote.`,
    `posts.csv:3: there is no post ${first} to quote.`,
    'posts.csv:4: there is no user 2.',
    `comments.csv:2: there is no post ${third}.`,
    `comments.csv:3: there is no post ${third}.`,
  ])
})

it('takes a reply that stands before what it replies to, and refuses a circle of replies', async () => {
  const id = idAt(1, '2021-01-01')
  const comments = [0, 1, 2, 3].map((counter) => idAt(3, '2021-01-02', counter))
  const [top, reply, one, other] = comments
  const folder = await layOut({
    'users.csv': `${CARDS.users}1,alice,alice@mail.test\n`,
    'posts.csv': `${CARDS.posts}${id},1,x\n`,
    'comments.csv': `id,post_id,author_id,parent_id,text\n${[
      [reply, top],
      [top, ''],
      [one, other],
      [other, one],
    ]
      .map(([a, b]) => `${a},${id},1,${b},x\n`)
      .join('')}`,
  })
  const said = await runImport(nexus, folder)
  expect(badRows(said).map((row) => row.split(':')[1])).toEqual(['4', '5'])
  expect(await nexus.sql('select id::text, parent_id::text from comments order by id')).toEqual([
    { id: String(top), parent_id: null },
    { id: String(reply), parent_id: String(top) },
  ])
})

describe('what is no folder of the format is one sentence, and nothing is read:', () => {
  const good = { 'users.csv': `${CARDS.users}1,alice,alice@mail.test\n` }
  const cases: [string, Record<string, string>, RegExp][] = [
    ['a file of another name', { ...good, 'user.csv': 'id\n' }, /^"user.csv" is not a file of the format nexus. Its files are users.csv, /],
    ['no file at all', { 'README.md': 'hello' }, / has no file of the format nexus: users.csv, /],
    [
      'a column that is not known',
      { ...good, 'posts.csv': 'id,author_id,content,colour\n' },
      /^posts.csv: its header has a column "colour"/,
    ],
    ['a column that stands twice', { ...good, 'posts.csv': 'id,author_id,content,id\n' }, /^posts.csv: its header has a column "id"/],
    ['a column that is missing', { ...good, 'posts.csv': 'id,content\n' }, /^posts.csv: its header lacks author_id\.$/],
    ['an empty file', { ...good, 'posts.csv': '' }, /^posts.csv: its first line must be a header\.$/],
    ['a header whose quotes do not fit', { ...good, 'posts.csv': 'id,"author\n' }, /^posts.csv: its header cannot be read: /],
  ]
  it.each(cases)('%s', async (_, files, sentence) => {
    await expect(runImport(nexus, await layOut(files))).rejects.toThrow(
      expect.objectContaining({ name: 'StartupError', message: expect.stringMatching(sentence) }),
    )
    expect(await nexus.sql('select count(*)::int from users')).toEqual([{ count: 0 }])
  })

  it('a folder that is not there', async () => {
    await expect(runImport(nexus, '/nowhere/at/all')).rejects.toThrow('/nowhere/at/all cannot be read as a folder (ENOENT).')
  })

  it('a format that is not known', async () => {
    await expect(runImport(nexus, LDBC, { format: 'xml' })).rejects.toThrow('"xml" is not a format. Formats are nexus, ldbc-snb.')
  })
})

it('reads a file from a spreadsheet: a byte order mark, CR LF, columns in another order, empty lines, other files beside it', async () => {
  const folder = await layOut({
    'users.csv': '\ufeffemail,id,bio,username\r\nalice@mail.test,1,"two\r\nlines",alice\r\n\r\n',
    'notes.txt': '',
  })
  const said = await runImport(nexus, folder)
  expect(badRows(said)).toEqual([])
  expect(await nexus.sql('select id, username, bio from users')).toEqual([{ id: 1, username: 'alice', bio: 'two\r\nlines' }])
})

it('is run again after the connection was lost in the middle, and ends right', async () => {
  const holder = new pg.Client({ connectionString: nexus.databaseUrl })
  await holder.connect()
  await holder.query('begin; lock table likes in access exclusive mode')
  const importing = runImport(nexus, LDBC, { format: 'ldbc-snb' }).catch((error: Error) => error)
  await untilWaits()
  await nexus.sql(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'nexus-session'`,
  )
  expect(await importing).toMatchObject({
    name: 'StartupError',
    message: expect.stringMatching(/^The connection to the database was lost .*: run it again\.$/),
  })
  await holder.query('rollback')
  await holder.end()
  expect(await nexus.sql('select (select count(*)::int from users) as users, (select count(*)::int from posts) as posts')).toEqual([
    { users: 0, posts: 0 },
  ])

  const said = await runImport(nexus, LDBC, { format: 'ldbc-snb' })
  expect(summaryOf(said, 'post_0_0.csv')).toEqual([5924, 5924, 0, 0])
  expect(summaryOf(said, 'person_likes_post_0_0.csv')).toEqual([759, 759, 0, 0])
  await expectExactCounts(nexus)
})

it('brings in no follow across a block that was made while it was under way', async () => {
  const { alice, bob } = await cast(nexus, 'alice', 'bob')
  const holder = new pg.Client({ connectionString: nexus.databaseUrl })
  await holder.connect()
  await holder.query('begin; lock table mutes in access exclusive mode')
  const folder = await layOut({ 'follows.csv': `follower_id,following_id\n${alice.id},${bob.id}\n${bob.id},${alice.id}\n` })
  const importing = runImport(nexus, folder)
  await untilWaits()
  await nexus.ask('mutation ($userId: ID!) { blockUser(userId: $userId) { user { id } } }', bob.token, { userId: alice.id })
  await holder.query('rollback')
  await holder.end()
  expect(badRows(await importing)).toEqual([2, 3].map((line) => `follows.csv:${line}: one of the two has blocked the other.`))
  expect(await nexus.sql('select count(*)::int from follows')).toEqual([{ count: 0 }])
  await expectExactCounts(nexus)
})

it('waits while another import is under way, and finds there what that one brought', async () => {
  const folder = await layOut({ 'users.csv': `${CARDS.users}1,alice,alice@mail.test\n` })
  const holder = new pg.Client({ connectionString: nexus.databaseUrl })
  await holder.connect()
  await holder.query('begin; lock table users in access exclusive mode')
  const steps: string[] = []
  const options = { format: 'nexus' as const, strict: false, withSecrets: false, publicUrl: 'https://nexus.test', reportsDir: folder }
  const silent = { read: () => {}, readTo: () => {}, end: () => {} }
  const first = importInto(nexus.app.database, folder, options, { ...silent, step: () => {} })
  await untilWaits()
  const second = importInto(nexus.app.database, folder, options, { ...silent, step: (name) => steps.push(name) })
  await expect.poll(() => steps).toContain('waiting for another import to end')
  await holder.query('rollback')
  await holder.end()
  expect((await first).files[0]).toMatchObject({ added: 1, there: 0 })
  expect((await second).files[0]).toMatchObject({ added: 0, there: 1 })
})

/** Until the import's connection waits for a lock. */
async function untilWaits(): Promise<void> {
  const waiting = `select count(*)::int as n from pg_stat_activity
    where datname = current_database() and application_name = 'nexus-session' and wait_event_type = 'Lock'`
  await expect.poll(async () => (await nexus.sql(waiting))[0]?.n, { timeout: 15_000, interval: 20 }).toBeGreaterThan(0)
}
