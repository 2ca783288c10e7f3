import { afterAll, beforeAll, expect, it } from 'vitest'
import { comment, like, readFeed, readHome, share } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, PASSWORD, type Person, post, promote, startNexus } from '../cast.ts'
import { readLog, restore, suspend } from './verbs.ts'

let nexus: Nexus
/** Another process of the same world. */
let other: Nexus
let alice: Person, bob: Person, carol: Person, mod: Person
let carols = ''
beforeAll(async () => {
  nexus = await startNexus()
  other = await startNexus({ roles: ['api'], databaseUrl: nexus.databaseUrl })
  ;({ alice, bob, carol, mod } = await cast(nexus, 'alice', 'bob', 'carol', 'mod'))
  await promote(nexus, mod)
  for (const person of [alice, mod]) for (const author of [bob, carol]) await follow(nexus, person, author)
  carols = await post(nexus, carol, 'of carol')
  const bobs = await post(nexus, bob, 'of bob')
  await like(nexus, bob, carols)
  await share(nexus, bob, carols)
  await comment(nexus, bob, carols, 'by bob')
  await share(nexus, carol, bobs)
  await nexus.settle()
})
afterAll(async () => {
  await other.close()
  await nexus.close()
})

/** What a person sees of bob: their two feeds, and what hangs on carol's post. */
async function look(at: Nexus, who: Person): Promise<unknown> {
  const query = `query ($id: ID!, $bob: ID!) { user(id: $bob) { username posts { edges { node { content } } } }
    post(id: $id) { likeCount commentCount shareCount likes { edges { node { user { username } } } } comments { edges { node { text } } } } }`
  const { user, post: seen } = await at.ask(query, who.token, { id: carols, bob: bob.id })
  return {
    home: await readHome(at, who),
    feed: await readFeed(at, who),
    posts: user.posts.edges.length,
    lists: [seen.likes.edges.length, seen.comments.edges.length],
    counts: [seen.likeCount, seen.commentCount, seen.shareCount],
  }
}

const WITH_BOB = { home: ['of bob', 'of carol'], feed: ['of bob', 'of carol'], posts: 1, lists: [1, 1], counts: [1, 1, 1] }
const WITHOUT_BOB = { home: ['of carol'], feed: ['of carol'], posts: 0, lists: [0, 0], counts: [1, 1, 1] }

it('takes all that a suspended user wrote and did from sight, on every process, and gives it back', async () => {
  expect(await look(nexus, alice)).toEqual(WITH_BOB)
  expect(await look(other, alice)).toEqual(WITH_BOB)
  await suspend(nexus, mod, bob.id, 'spam')
  expect(await look(other, mod)).toEqual(WITHOUT_BOB)
  expect(await look(other, alice)).toEqual(WITHOUT_BOB)
  expect(await look(nexus, alice)).toEqual(WITHOUT_BOB)

  expect(await nexus.refusal('{ me { id } }', bob.token)).toBe('UNAUTHENTICATED')
  const attempts = [
    `login(username: "bob", password: "${PASSWORD}") { token }`,
    `refreshToken(refreshToken: "${bob.refreshToken}") { token }`,
  ]
  for (const attempt of attempts) expect(await nexus.refusal(`mutation { ${attempt} }`)).toBe('UNAUTHENTICATED')

  await restore(nexus, mod, bob.id, 'it was not')
  expect(await look(other, mod)).toEqual(WITH_BOB)
  expect(await look(nexus, alice)).toEqual(WITH_BOB)
  expect(await nexus.refusal('{ me { id } }', bob.token)).toBe('UNAUTHENTICATED') // the session has ended
  await nexus.ask(`mutation { login(username: "bob", password: "${PASSWORD}") { token } }`)
  expect(await readLog(nexus, mod)).toEqual([`mod RESTORE ${bob.id}: it was not, 0`, `mod SUSPEND ${bob.id}: spam, 0`])
})

it('never suspends oneself, nor the last administrator, even when two suspend each other at once', async () => {
  expect(
    await nexus.refusal('mutation ($id: ID!) { suspendUser(userId: $id, reason: "x") { user { id } } }', mod.token, { id: mod.id }),
  ).toBe('FORBIDDEN')
  const second = await nexus.signUp('second')
  await promote(nexus, second)
  const attempt = (by: Person, of: Person) =>
    nexus.refusal('mutation ($id: ID!) { suspendUser(userId: $id, reason: "x") { user { id } } }', by.token, { id: of.id })
  const outcomes = await Promise.all([attempt(mod, second), attempt(second, mod)])
  expect(outcomes.filter((code) => code === undefined)).toHaveLength(1)
  expect(await nexus.sql(`select count(*)::int from users where role = 'admin' and suspended_at is null`)).toEqual([{ count: 1 }])
})
