import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { passwordResetRequested } from '../../src/domain/accounts/account-facts.ts'
import { openDatabase } from '../../src/platform/database/open-database.ts'
import { announce } from '../../src/platform/outbox/announce.ts'
import { cast, type Nexus, PASSWORD, type Person, post, startNexus } from '../cast.ts'

let nexus: Nexus
let people: Record<'alice' | 'bob' | 'carol', Person>
let alicesPost: string
beforeAll(async () => {
  nexus = await startNexus({ roles: ['api'] })
  await nexus.sql(KEEP_WHAT_IS_ANNOUNCED)
  people = await cast(nexus, 'alice', 'bob', 'carol')
  alicesPost = await post(nexus, people.alice, 'words')
})
beforeEach(() => nexus.sql('delete from announced'))
afterAll(() => nexus.close())

/** Facts are taken away as soon as they are told. */
const KEEP_WHAT_IS_ANNOUNCED = `
  create table announced (like facts);
  create function keep_announced() returns trigger language plpgsql as $$ begin insert into announced select new.*; return new; end $$;
  create trigger keep_announced after insert on facts for each row execute function keep_announced()`

const announced = async () => (await nexus.sql<{ name: string }>('select name from announced order by id')).map(({ name }) => name)
const ask = (person: Person, mutation: string) => nexus.ask(`mutation { done: ${mutation} }`, person.token)
const refusal = (person: Person, mutation: string) => nexus.refusal(`mutation { ${mutation} }`, person.token)

it('announces what was done, once, and nothing where there was nothing to do', async () => {
  const { alice, bob, carol } = people
  const told = async (person: Person, mutation: string) => {
    await nexus.sql('delete from announced')
    const { done } = await ask(person, mutation)
    return [await announced(), done] as const
  }
  const facts = async (person: Person, mutation: string) => (await told(person, mutation))[0]
  const twice = async (person: Person, mutation: string) => [...(await facts(person, mutation)), '|', ...(await facts(person, mutation))]
  const onPost = (verb: string) => `${verb}(postId: ${alicesPost}) { post { id } }`
  const onBob = (verb: string) => `${verb}(userId: ${bob.id}) { user { id } }`

  expect(await twice(bob, onPost('likePost'))).toEqual(['post.liked', '|'])
  expect(await twice(bob, onPost('unlikePost'))).toEqual(['post.unliked', '|'])
  expect(await twice(bob, onPost('sharePost'))).toEqual(['post.shared', '|'])
  expect(await twice(bob, onPost('unsharePost'))).toEqual(['post.unshared', '|'])
  expect(await twice(alice, onBob('followUser'))).toEqual(['user.followed', '|'])
  expect(await twice(alice, onBob('unfollowUser'))).toEqual(['user.unfollowed', '|'])
  expect(await twice(alice, onBob('muteUser'))).toEqual(['user.muted', '|'])
  expect(await twice(alice, onBob('unmuteUser'))).toEqual(['user.unmuted', '|'])
  expect(await twice(alice, onBob('blockUser'))).toEqual(['user.blocked', '|'])
  expect(await twice(alice, onBob('unblockUser'))).toEqual(['user.unblocked', '|'])
  expect(await twice(alice, `updatePost(id: ${alicesPost}, content: "other words") { post { id } }`)).toEqual(['post.edited', '|'])
  expect(await twice(bob, `createPost(content: "words", key: "once") { post { id } }`)).toEqual(['post.published', '|'])

  const [written, comment] = await told(bob, `createComment(postId: ${alicesPost}, text: "words") { comment { id } }`)
  expect(written).toEqual(['comment.written'])
  const id = comment.comment.id
  expect(await twice(bob, `updateComment(id: ${id}, text: "other words") { comment { id } }`)).toEqual(['comment.edited', '|'])
  expect(await twice(alice, `likeComment(commentId: ${id}) { comment { id } }`)).toEqual(['comment.liked', '|'])
  expect(await twice(alice, `unlikeComment(commentId: ${id}) { comment { id } }`)).toEqual(['comment.unliked', '|'])
  await ask(alice, `createComment(postId: ${alicesPost}, parentId: ${id}, text: "words") { comment { id } }`)
  expect(await facts(bob, `deleteComment(id: ${id})`)).toEqual(['comment.deleted', 'comment.deleted']) // with the reply below it
  const [, { post: own }] = await told(bob, 'createPost(content: "words") { post { id } }')
  expect(await facts(bob, `deletePost(id: ${own.id})`)).toEqual(['post.deleted'])
  expect(await facts(bob, `report(postId: ${alicesPost}, reason: "words")`)).toEqual(['content.reported'])
  expect(await facts(carol, `changeEmail(password: "${PASSWORD}", email: "new@mail.test") { user { id } }`)).toEqual([
    'account.email-changed',
  ])
  expect(await facts(carol, 'requestPasswordReset(email: "new@mail.test")')).toEqual(['account.password-reset-requested'])
  expect(await facts(carol, `deleteUser(password: "${PASSWORD}")`)).toEqual(['session.ended', 'account.closed'])
})

it('announces nothing of what was refused', async () => {
  const { alice, bob } = people
  expect(await refusal(alice, 'createPost(content: "") { post { id } }')).toBe('BAD_USER_INPUT')
  expect(await refusal(alice, 'createPost(content: "words", quotedPostId: 1) { post { id } }')).toBe('NOT_FOUND')
  expect(await refusal(bob, `updatePost(id: ${alicesPost}, content: "mine") { post { id } }`)).toBe('FORBIDDEN')
  expect(await refusal(bob, `deletePost(id: ${alicesPost})`)).toBe('FORBIDDEN')
  expect(await refusal(bob, 'likePost(postId: 1) { post { id } }')).toBe('NOT_FOUND')
  expect(await refusal(bob, `followUser(userId: ${bob.id}) { user { id } }`)).toBe('BAD_USER_INPUT')
  expect(await refusal(bob, `changeEmail(password: "${PASSWORD}", email: "ALICE@mail.test") { user { id } }`)).toBe('CONFLICT')
  const signUp = `mutation { createUser(username: "Alice", email: "x@mail.test", password: "${PASSWORD}") { token } }`
  expect(await nexus.refusal(signUp)).toBe('CONFLICT')
  expect(await announced()).toEqual([])
})

it('announces nothing of what fails at the very end, and keeps nothing of it', async () => {
  const { alice, bob } = people
  const deeds = {
    posts: 'createPost(content: "lost") { post { id } }',
    likes: `likePost(postId: ${alicesPost}) { post { id } }`,
    shares: `sharePost(postId: ${alicesPost}) { post { id } }`,
    comments: `createComment(postId: ${alicesPost}, text: "lost") { comment { id } }`,
    follows: `followUser(userId: ${alice.id}) { user { id } }`,
    blocks: `blockUser(userId: ${alice.id}) { user { id } }`,
    mutes: `muteUser(userId: ${alice.id}) { user { id } }`,
    reports: `report(postId: ${alicesPost}, reason: "lost")`,
  }
  await nexus.sql(`create function fail() returns trigger language plpgsql as $$ begin raise exception 'failed at the commit'; end $$`)
  for (const [table, mutation] of Object.entries(deeds)) {
    await nexus.sql(
      `create constraint trigger fail_late after insert on ${table} deferrable initially deferred for each row execute function fail()`,
    )
    const [before] = await nexus.sql(`select count(*) from ${table}`)
    expect(await refusal(bob, mutation), table).toBe('INTERNAL')
    expect(await nexus.sql(`select count(*) from ${table}`), table).toEqual([before])
    await nexus.sql(`drop trigger fail_late on ${table}`)
  }
  expect(await announced()).toEqual([])
})

it('writes with a fact the jobs that follow from it, or neither', async () => {
  const jobs = () => nexus.sql('select name, lane, payload from jobs')
  await nexus.sql('delete from jobs')
  await ask(people.alice, 'requestPasswordReset(email: "alice@mail.test")')
  expect(await announced()).toEqual(['account.password-reset-requested'])
  expect(await jobs()).toEqual([{ name: 'accounts.send-password-reset', lane: 'prompt', payload: { email: 'alice@mail.test' } }])

  const undone = nexus.app.database.transaction(async (tx) => {
    await announce(tx, passwordResetRequested, { email: 'bob@mail.test' })
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  expect(await announced()).toHaveLength(1)
  expect(await jobs()).toHaveLength(1)
})

it('gives each job of the fact what its schema has, so that only what brings an entry into feeds bears its id', async () => {
  await nexus.sql('delete from jobs')
  const { bob } = people
  const { done } = await ask(bob, 'createPost(content: "words") { post { id } }')
  const jobs = await nexus.sql('select name, payload, entry_id::text as entry from jobs')
  const entry = { entryId: Number(done.post.id), actorId: bob.id }
  expect(jobs).toContainEqual({ name: 'feeds.fan-out', payload: entry, entry: done.post.id })
  expect(jobs.filter(({ name, entry }) => name !== 'feeds.fan-out' && entry !== null)).toEqual([])
})

it('refuses to announce in a database that does not know which jobs follow, rather than lose them', async () => {
  const database = await openDatabase({ url: nexus.databaseUrl, prepare: true, readers: 1, writers: 1 })
  try {
    const announcing = database.transaction((tx) => announce(tx, passwordResetRequested, { email: 'alice@mail.test' }))
    await expect(announcing).rejects.toThrow('which jobs follow')
    expect(await announced()).toEqual([])
  } finally {
    await database.close()
  }
})
