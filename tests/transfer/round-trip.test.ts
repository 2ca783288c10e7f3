import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cast, follow, type Nexus, PASSWORD, type Person, post, startNexus } from '../cast.ts'
import { expectExactCounts } from '../counts/audit-counts.ts'
import { contentsOf, layOut, runExport, runImport } from './run-transfer.ts'

const HARD_WORDS = 'a "quoted", comma;\n\ttab, \\N back\\slash, 日本語 🎉 \u202eright to left, \ufeffmark, \'; drop table users; --\r\n$1'
const NAMES = ['alice', 'bob', 'carol', 'dan', 'erin', 'mallory'] as const

let nexus: Nexus
let copy: Nexus
let people: Record<(typeof NAMES)[number], Person>
let folder: string

/** A small world in which everything stands that an export has a column for. */
beforeAll(async () => {
  nexus = await startNexus()
  people = await cast(nexus, ...NAMES)
  const { alice, bob, carol, dan, erin, mallory } = people
  const as = (person: Person, mutation: string, variables: Record<string, unknown> = {}) => {
    const names = Object.keys(variables)
    const types: Record<string, string> = { text: 'String!', optional: 'String' }
    const head = names.length > 0 ? `(${names.map((name) => `$${name}: ${types[name] ?? 'ID!'}`).join(', ')})` : ''
    return nexus.ask(`mutation ${head} { ${mutation} }`, person.token, variables)
  }
  for (const [one, other] of [
    [alice, bob],
    [alice, carol],
    [bob, alice],
    [carol, alice],
    [erin, alice],
    [alice, erin],
    [dan, bob],
    [alice, mallory],
  ] as const)
    await follow(nexus, one, other)
  await as(
    alice,
    'updateUser(displayName: "Alice 🎉", bio: "two\\nlines, \\"quoted\\"", profilePicture: "https://pictures.test/a,b.png") { user { id } }',
  )

  const first = await post(nexus, bob, HARD_WORDS)
  await post(nexus, bob, 'for followers', 'FOLLOWERS')
  await as(bob, 'createPost(content: "", mediaUrl: "https://media.test/x.png?a=1,2") { post { id } }')
  await as(carol, 'createPost(content: $text, quotedPostId: $quoted) { post { id } }', {
    text: 'a #quote, ＃quote and #Words',
    quoted: first,
  })
  const edited = await post(nexus, carol, 'first words')
  await as(carol, 'updatePost(id: $id, content: $text) { post { id } }', { id: edited, text: 'second words' })
  await as(carol, 'updatePost(id: $id, content: $text) { post { id } }', { id: edited, text: 'third #words' })
  const {
    createPost: { post: warned },
  } = await as(bob, 'createPost(content: "behind", contentWarning: "a \\"warning\\"", sensitive: true, language: "de") { post { id } }')
  await as(bob, 'updatePost(id: $id, contentWarning: "milder") { post { id } }', { id: warned.id })
  await as(bob, 'pinPost(postId: $id) { post { id } }', { id: warned.id })
  await as(alice, 'bookmarkPost(postId: $id) { post { id } }', { id: warned.id })
  const {
    createComment: { comment },
  } = await as(alice, 'createComment(postId: $id, text: $text) { comment { id } }', { id: first, text: HARD_WORDS })
  const {
    createComment: { comment: reply },
  } = await as(bob, 'createComment(postId: $id, text: "a reply", parentId: $parent) { comment { id } }', { id: first, parent: comment.id })
  await as(bob, 'updateComment(id: $id, text: "a changed reply") { comment { id } }', { id: reply.id })
  for (const person of [alice, carol, erin]) await as(person, 'likePost(postId: $id) { post { id } }', { id: first })
  await as(carol, 'likeComment(commentId: $id) { comment { id } }', { id: comment.id })
  await as(carol, 'sharePost(postId: $id, message: "") { post { id } }', { id: first })
  await as(erin, 'sharePost(postId: $id) { post { id } }', { id: first })
  await as(alice, 'sharePost(postId: $id, message: "look, \\"here\\"") { post { id } }', { id: edited })
  await as(alice, 'muteUser(userId: $id) { user { id } }', { id: erin.id })
  await as(carol, 'blockUser(userId: $id) { user { id } }', { id: dan.id })
  await as(alice, 'report(commentId: $id, reason: "rude, really")', { id: reply.id })

  // Mallory is in everything, and closes the account: nothing of theirs may be in an export, even before the jobs have deleted it.
  const theirs = await post(nexus, mallory, 'a secret of mallory')
  await as(bob, 'createPost(content: $text, quotedPostId: $quoted) { post { id } }', { text: 'quotes mallory', quoted: theirs })
  const {
    createComment: { comment: bad },
  } = await as(mallory, 'createComment(postId: $id, text: "a secret comment") { comment { id } }', { id: first })
  await as(alice, 'createComment(postId: $id, text: "below a secret", parentId: $parent) { comment { id } }', { id: first, parent: bad.id })
  await as(alice, 'likeComment(commentId: $id) { comment { id } }', { id: bad.id })
  for (const person of [alice, mallory]) await as(person, 'likePost(postId: $id) { post { id } }', { id: theirs })
  await as(mallory, 'report(userId: $id, reason: "a secret report")', { id: alice.id })
  await nexus.settle()
  await nexus.sql(`update users set closed_at = now(), email = 'closed@' || id, password = null where id = $1`, [mallory.id])
  await nexus.sql(`update users set suspended_at = now() where id = $1`, [dan.id])
  await nexus.sql(`update users set role = 'admin', email_verified_at = now() where id = $1`, [erin.id])
  await nexus.sql(`update posts set hidden_at = now() where content = 'third words'`)

  folder = join(await layOut(), 'export')
  await runExport(nexus, folder, { withSecrets: true })
  copy = await startNexus()
  await runImport(copy, folder, { withSecrets: true })
})
afterAll(async () => {
  await nexus.close()
  await copy.close()
})

const EVERYTHING = `
  fragment Who on User { id username displayName bio profilePicture createdAt postCount followerCount followingCount viewerFollows viewerMutes viewerBlocks }
  fragment What on Post { id content mediaUrl visibility createdAt editedAt likeCount commentCount shareCount viewerHasLiked viewerHasShared
    viewerHasBookmarked contentWarning sensitive language isPinned edits { edges { node { content contentWarning sensitive replacedAt } } }
    author { ...Who } quotedPost { id content } likes(first: 5) { edges { node { user { id } createdAt } } }
    shares(first: 5) { edges { node { user { id } message createdAt } } }
    comments(first: 5) { edges { node { id text createdAt editedAt likeCount replyCount author { id } replies(first: 5) { edges { node { id text editedAt parent { id } } } } } } } }
  query {
    me { ...Who email emailVerified followers(first: 10) { edges { node { id } } } following(first: 10) { edges { node { id } } } posts(first: 10) { edges { node { ...What } } } }
    feed(first: 10) { ...What }
    homeFeed(first: 10) { edges { node { ...What } reason sharedBy { id } sharedAt sharedMessage } pageInfo { hasNextPage } }
    publicFeed(first: 10) { edges { node { id } } }
    users(first: 10) { edges { node { ...Who } } }
    blockedUsers(first: 10) { edges { node { id } } }
    mutedUsers(first: 10) { edges { node { id } } }
  }`

it('gives everyone the same feeds, counts, ids, lists and words in the copy, once they have signed in with their password', async () => {
  // What is left of a closed account is still counted here until the jobs have deleted it: so let them.
  await nexus.sql(`delete from users where closed_at is not null`)
  for (const { username, token } of [people.alice, people.bob, people.carol, people.erin]) {
    const login = 'mutation ($username: String!, $password: String!) { login(username: $username, password: $password) { token } }'
    const there = (await copy.ask(login, undefined, { username, password: PASSWORD })).login.token
    const [original, copied] = [await nexus.ask(EVERYTHING, token), await copy.ask(EVERYTHING, there)]
    expect(original.publicFeed.edges.length).toBeGreaterThan(3)
    expect(copied, username).toEqual(original)
  }
  expect((await nexus.ask('{ homeFeed { edges { sharedMessage reason } } }', people.alice.token)).homeFeed.edges).toContainEqual({
    sharedMessage: '',
    reason: 'SHARED',
  })
  await expectExactCounts(copy)
})

it('keeps the marks, the edits and the reports', async () => {
  for (const query of [
    'select id, username, role, suspended_at, email_verified_at, created_at, password from users where closed_at is null order by id',
    'select id, hidden_at, edited_at from posts where author_id <> 6 order by id',
    'select post_id, content, media_url, replaced_at from post_edits order by id',
    'select reporter_id, comment_id, user_id, reason, created_at from reports where reporter_id <> 6 order by id',
  ]) {
    const kept = await nexus.sql(query)
    expect(kept.length).toBeGreaterThan(0)
    expect(await copy.sql(query)).toEqual(kept)
  }
})

it('exports nothing of an account that was closed, nor what was said below it', async () => {
  const texts = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')))
  expect(texts.join('\n')).toContain('quotes mallory')
  expect(texts.join('\n')).not.toMatch(/secret|^6,|,6,/m)
})

it('exports the copy as the same files', async () => {
  const again = join(await layOut(), 'again')
  await runExport(copy, again, { withSecrets: true })
  const files = await readdir(folder)
  expect(await readdir(again)).toEqual(files)
  for (const file of files) expect(await readFile(join(again, file), 'utf8'), file).toBe(await readFile(join(folder, file), 'utf8'))
})

it('changes nothing when the copy is imported again', async () => {
  const before = await contentsOf(copy)
  const said = await runImport(copy, folder, { withSecrets: true })
  expect(said.code).toBe(0)
  expect(await contentsOf(copy)).toEqual(before)
})

it('exports no password without --with-secrets, and takes none: its people sign in after a reset', async () => {
  const without = join(await layOut(), 'without')
  await runExport(nexus, without)
  expect(await readFile(join(without, 'users.csv'), 'utf8')).not.toMatch(/password|argon2/)
  const other = await startNexus()
  try {
    await runImport(other, folder)
    expect(await other.sql('select count(*)::int from users where password is not null')).toEqual([{ count: 0 }])
    expect(await other.refusal(`mutation { login(username: "alice", password: "${PASSWORD}") { token } }`)).toBe('UNAUTHENTICATED')
  } finally {
    await other.close()
  }
})

it('takes no hash that is none, or that would stop the server at a sign-in', async () => {
  const tag = `${'A'.repeat(22)}$${'A'.repeat(43)}`
  const hashes = [
    'plain words',
    `$argon2id$v=19$m=99999999,t=2,p=1$${tag}`,
    `$argon2id$v=19$m=19456,t=99,p=1$${tag}`,
    `$2b$10$${'a'.repeat(53)}`,
  ]
  const rows = hashes.map((hash, index) => `${50 + index},user_${index},${index}@mail.test,"${hash}"\n`)
  const said = await runImport(copy, await layOut({ 'users.csv': `id,username,email,password\n${rows.join('')}` }), { withSecrets: true })
  expect(said.err.match(/^users.csv:\d: password must be an argon2id PHC string/gm)).toHaveLength(hashes.length)
})

it('lets nobody else read what it writes, and refuses a folder that has something in it', async () => {
  expect((await stat(folder)).mode & 0o077).toBe(0)
  for (const file of await readdir(folder)) expect((await stat(join(folder, file))).mode & 0o077, file).toBe(0)
  await expect(runExport(nexus, folder)).rejects.toThrow(`${folder} is not empty`)
  const file = join(await layOut(), 'a-file')
  await writeFile(file, '')
  await expect(runExport(nexus, file)).rejects.toMatchObject({ name: 'StartupError' })
})
