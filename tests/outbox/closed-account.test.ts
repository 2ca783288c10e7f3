import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { accountClosed } from '../../src/domain/accounts/account-facts.ts'
import { announce } from '../../src/platform/outbox/announce.ts'
import { cast, follow, type Nexus, PASSWORD, type Person, post, startNexus } from '../cast.ts'
import { expectExactCounts } from '../counts/audit-counts.ts'
import { settled } from './settled.ts'

/** Stands in everything that alice writes, and nowhere else. */
const MARK = 'zinnober'

let nexus: Nexus
let people: Record<'alice' | 'bob' | 'carol', Person>
let [alicesPost, bobsPost, bobsQuote] = ['', '', '']

beforeAll(async () => {
  nexus = await startNexus()
  people = await cast(nexus, 'alice', 'bob', 'carol')
  const { alice, bob, carol } = people
  await nexus.ask(
    `mutation { updateUser(username: "${MARK}", displayName: "${MARK}", bio: "${MARK}", profilePicture: "https://${MARK}.test/") { user { id } } }`,
    alice.token,
  )
  await nexus.ask(`mutation { changeEmail(password: "${PASSWORD}", email: "${MARK}@mail.test") { user { id } } }`, alice.token)
  await nexus.ask(`mutation { requestPasswordReset(email: "${MARK}@mail.test") }`)
  for (const [one, other] of [
    [alice, bob],
    [bob, alice],
    [carol, alice],
  ] as const)
    await follow(nexus, one, other)
  bobsPost = await post(nexus, bob, 'words')
  alicesPost = (await nexus.ask(`mutation { createPost(content: "${MARK}", key: "${MARK}") { post { id } } }`, alice.token)).createPost.post
    .id
  await nexus.ask(`mutation { updatePost(id: ${alicesPost}, content: "${MARK}, again") { post { id } } }`, alice.token)
  for (let more = 0; more < 60; more += 1) await post(nexus, alice, MARK, more % 2 ? 'PUBLIC' : 'FOLLOWERS')
  const write = async (person: Person, mutation: string) => (await nexus.ask(`mutation { done: ${mutation} }`, person.token)).done
  bobsQuote = (await write(bob, `createPost(content: "words", quotedPostId: ${alicesPost}) { post { id } }`)).post.id
  for (const [person, id] of [
    [alice, bobsPost],
    [bob, alicesPost],
    [carol, alicesPost],
  ] as const) {
    await write(person, `likePost(postId: ${id}) { post { id } }`)
    await write(person, `sharePost(postId: ${id}, message: "${person === alice ? MARK : 'words'}") { post { id } }`)
  }
  const comments = `createComment(postId: ${bobsPost}, text: "${MARK}") { comment { id } }`
  const { comment } = await write(alice, comments)
  const { comment: reply } = await write(
    bob,
    `createComment(postId: ${bobsPost}, parentId: ${comment.id}, text: "words") { comment { id } }`,
  )
  const { comment: besides } = await write(carol, `createComment(postId: ${bobsPost}, text: "words") { comment { id } }`)
  for (const each of [comment, reply, besides]) await write(alice, `likeComment(commentId: ${each.id}) { comment { id } }`)
  await write(carol, `createComment(postId: ${alicesPost}, text: "words") { comment { id } }`)
  await write(alice, `report(userId: ${bob.id}, reason: "words")`)
  await write(bob, `report(userId: ${alice.id}, reason: "words")`)
  await write(bob, `report(postId: ${alicesPost}, reason: "words")`)
  await write(alice, 'updateNotificationPreferences(preferences: [{ kind: LIKE, channel: IN_APP, enabled: true }]) { enabled }')
  await write(alice, `bookmarkPost(postId: ${bobsPost}) { post { id } }`)
  for (const text of WRITTEN_BESIDES) await nexus.sql(text, [alice.id])
  for (const [blocker, blocked] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    await nexus.sql('insert into blocks (blocker_id, blocked_id) values ($1, $2)', [blocker.id, blocked.id])
    await nexus.sql('insert into mutes (muter_id, muted_id) values ($1, $2)', [blocker.id, blocked.id])
  }
  await nexus.settle()
})
afterAll(() => nexus.close())

/** What other surfaces than GraphQL, and jobs, write of somebody. */
const WRITTEN_BESIDES = [
  `insert into comment_keys (author_id, key) values ($1, '${MARK}')`,
  `insert into media (owner_id, name, width, height, bytes, placeholder, blurhash, alt_text)
   values ($1, 'abcdefghijklmnopqrstuv', 1, 1, 1, '', '', '${MARK}')`,
  'insert into notification_digests (user_id, sent_at) values ($1, now())',
  `insert into read_markers (user_id, timeline, last_read_id) values ($1, 'home', '1')`,
  `with app as (insert into apps (client_id, secret_hash, name, redirect_uris, scopes) values ('an app', '', 'An app', '{a:b}', '{read}') returning id)
   insert into app_codes (hash, app_id, user_id, redirect_uri, scopes, expires_at) select '', id, $1, 'a:b', '{read}', now() from app`,
]

it('leaves nothing of a closed account anywhere, and counts elsewhere agree', async () => {
  const { alice, bob, carol } = people
  const references = await nexus.sql<{ name: string }>(
    `select format('%s.%s', conrelid::regclass, attname) as name from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
     where contype = 'f' and confrelid = 'users'::regclass order by 1`,
  )
  const countReferences = async () => {
    const counts: Record<string, number> = {}
    for (const { name } of references) {
      const [table, column] = name.split('.')
      counts[name] = (await nexus.sql(`select count(*)::int from ${table} where ${column} = $1`, [alice.id]))[0]?.count
    }
    return counts
  }
  const before = await countReferences()
  expect(
    Object.entries(before).filter(([, count]) => count === 0),
    'alice has something everywhere, or this proves nothing',
  ).toEqual([])
  expect(references.length).toBeGreaterThan(15)

  await nexus.ask(`mutation { deleteUser(password: "${PASSWORD}") }`, alice.token)
  expect((await nexus.ask(`{ user(id: ${alice.id}) { id } post(id: ${alicesPost}) { id } }`, carol.token)).user).toBeNull()
  await nexus.settle()

  expect(Object.entries(await countReferences()).filter(([, count]) => count > 0)).toEqual([])
  expect(await nexus.sql('select from users where id = $1', [alice.id])).toEqual([])
  for (const { name } of await nexus.sql<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public'`))
    expect(await nexus.sql(`select t::text from ${name} t where t::text like '%${MARK}%'`), name).toEqual([])

  await expectExactCounts(nexus)
  const seen = await nexus.ask(
    `{ post(id: ${bobsPost}) { likeCount commentCount shareCount comments { edges { node { likeCount replyCount } } } }
      quote: post(id: ${bobsQuote}) { quotedPost { id } } user(id: ${bob.id}) { followerCount followingCount postCount } }`,
    carol.token,
  )
  expect(seen).toEqual({
    post: { likeCount: 0, commentCount: 1, shareCount: 0, comments: { edges: [{ node: { likeCount: 0, replyCount: 0 } }] } },
    quote: { quotedPost: null },
    user: { followerCount: 0, followingCount: 0, postCount: 2 },
  })
})

it('leaves nothing of what is written while the account is being closed, and calls none of that a failure', async () => {
  const { late } = await cast(nexus, 'late')
  const writer = new pg.Client({ connectionString: nexus.databaseUrl })
  await writer.connect()
  await writer.query('begin')
  await writer.query(`insert into posts (author_id, content) values ($1, 'late words')`, [late.id])
  await writer.query(`insert into comments (author_id, post_id, text) values ($1, $2, 'late words')`, [late.id, bobsPost])
  await nexus.ask(`mutation { deleteUser(password: "${PASSWORD}") }`, late.token)
  await settled(
    () => nexus.sql(`select attempts from jobs where last_error like '%just now' and failed_at is null`),
    (rows) => rows.length === 4 && rows.every(({ attempts }) => attempts <= 1),
  )
  await writer.query('commit')
  await writer.end()
  await nexus.settle()
  expect(await nexus.sql('select from users where id = $1', [late.id])).toEqual([])
  await expectExactCounts(nexus)
})

it('does the same again when a job of it is run twice', async () => {
  await nexus.app.database.transaction((tx) => announce(tx, accountClosed, { userId: people.alice.id }))
  await nexus.settle()
  await expectExactCounts(nexus)
  expect(await nexus.sql('select from jobs')).toEqual([])
})

it('does not delete an account that was not closed', async () => {
  await nexus.sql(`insert into jobs (name, payload) values ('accounts.delete-row', jsonb_build_object('userId', $1::int))`, [
    people.carol.id,
  ])
  await nexus.settle()
  expect((await nexus.ask('{ me { id } }', people.carol.token)).me.id).toBe(String(people.carol.id))
})
