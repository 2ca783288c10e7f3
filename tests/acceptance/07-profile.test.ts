import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { comment, like, refusedFor, share } from './verbs.ts'

let nexus: Nexus
let alice: Person, bob: Person

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob } = await cast(nexus, 'alice', 'bob'))
})
afterAll(() => nexus.close())

const PROFILE = 'id username displayName bio profilePicture'
const UPDATE = `mutation ($displayName: String, $bio: String, $profilePicture: String, $username: String) {
  updateUser(displayName: $displayName, bio: $bio, profilePicture: $profilePicture, username: $username) { user { ${PROFILE} } } }`

async function update(person: Person, change: Record<string, unknown>): Promise<unknown> {
  return (await nexus.ask(UPDATE, person.token, change)).updateUser.user
}

async function profileOf(person: Person): Promise<unknown> {
  return (await nexus.ask(`query ($id: ID) { user(id: $id) { ${PROFILE} } }`, undefined, { id: person.id })).user
}

it('begins with the username for a display name, an empty bio and no picture', async () => {
  expect(await profileOf(alice)).toEqual({ id: String(alice.id), username: 'alice', displayName: 'alice', bio: '', profilePicture: null })
})

it("shows alice's new name, bio and picture everywhere at once", async () => {
  const { carol } = await cast(nexus, 'carol')
  await follow(nexus, carol, alice)
  await follow(nexus, alice, bob)
  const postId = await post(nexus, alice, 'hello')
  const commentId = await comment(nexus, alice, postId, 'my own comment')
  await like(nexus, alice, postId)
  await share(nexus, alice, postId)
  const profile = {
    username: 'alice',
    displayName: 'Alice of Wonderland',
    bio: 'Curiouser\nand curiouser',
    profilePicture: 'https://a.test/a.png',
  }
  expect(await update(alice, profile)).toEqual({ id: String(alice.id), ...profile })
  const wherever = `query ($post: ID!, $comment: ID!, $bob: ID) {
    post(id: $post) { author { ...who } comments { edges { node { author { ...who } } } } likes { edges { node { user { ...who } } } }
      shares { edges { node { user { ...who } } } } }
    comment(id: $comment) { author { ...who } }
    publicFeed { edges { node { author { ...who } } } }
    feed { author { ...who } }
    homeFeed { edges { node { author { ...who } } sharedBy { ...who } } }
    user(id: $bob) { followers { edges { node { ...who } } } }
    me { following { edges { node { ...who } } } }
    users(first: 1) { edges { node { ...who } } }
  } fragment who on User { displayName bio profilePicture }`
  const answer = await nexus.ask(wherever, carol.token, { post: postId, comment: commentId, bob: bob.id })
  const { username: _, ...shown } = profile
  const found = JSON.stringify(answer).split(JSON.stringify(shown)).length - 1
  expect(found).toBe(12)
  expect(JSON.stringify(answer)).not.toContain('"displayName":"alice"')
})

it('leaves what was left out, and makes of null the username, "" and no picture', async () => {
  await update(alice, { displayName: 'A', bio: 'b', profilePicture: 'https://a.test/p' })
  expect(await update(alice, {})).toMatchObject({ displayName: 'A', bio: 'b', profilePicture: 'https://a.test/p' })
  expect(await update(alice, { bio: 'other' })).toMatchObject({ displayName: 'A', bio: 'other', profilePicture: 'https://a.test/p' })
  expect(await update(alice, { displayName: null })).toMatchObject({ displayName: 'alice', bio: 'other' })
  expect(await update(alice, { bio: null, profilePicture: null })).toMatchObject({ bio: '', profilePicture: null })
  expect(await update(alice, { bio: '' })).toMatchObject({ bio: '' })
  expect(await refusedFor(nexus, UPDATE, alice.token, { username: null })).toBe('BAD_USER_INPUT username')
})

it('keeps the display name on the username as long as none is set', async () => {
  const { dora } = await cast(nexus, 'dora')
  expect(await update(dora, { username: 'dora_the_second' })).toMatchObject({ username: 'dora_the_second', displayName: 'dora_the_second' })
  expect(await update(dora, { displayName: 'Dora', username: 'Dora_3' })).toMatchObject({ username: 'Dora_3', displayName: 'Dora' })
})

it("refuses alice bob's name in any case, and lets her change the case of her own", async () => {
  expect(await refusedFor(nexus, UPDATE, alice.token, { username: 'BOB' })).toBe('CONFLICT username')
  expect(await update(alice, { username: 'Alice' })).toMatchObject({ username: 'Alice' })
  expect(await update(alice, { username: 'alice' })).toMatchObject({ username: 'alice' })
  expect(await update(alice, { username: 'alice' })).toMatchObject({ username: 'alice' })
})

it('frees the old name at once', async () => {
  const { erin } = await cast(nexus, 'erin')
  await update(erin, { username: 'erin_2' })
  expect(await nexus.ask('{ user(username: "erin") { id } }')).toEqual({ user: null })
  const { erin: another } = await (async () => {
    const query = 'mutation { createUser(username: "ERIN", email: "erin2@mail.test", password: "12345") { user { id } } }'
    return { erin: (await nexus.ask(query)).createUser.user }
  })()
  expect((await nexus.ask('{ user(username: "erin") { id } }')).user.id).toBe(another.id)
})

it('writes nothing when one of several changes will not do', async () => {
  await update(bob, { displayName: 'Bob', bio: 'builder' })
  const change = { displayName: 'Robert', bio: 'x'.repeat(501) }
  expect(await refusedFor(nexus, UPDATE, bob.token, change)).toBe('BAD_USER_INPUT bio')
  expect(await refusedFor(nexus, UPDATE, bob.token, { displayName: 'Robert', username: 'alice' })).toBe('CONFLICT username')
  expect(await profileOf(bob)).toMatchObject({ displayName: 'Bob', bio: 'builder', username: 'bob' })
})

describe('the bounds of a profile', () => {
  it.each([
    ['displayName', '😀'.repeat(50)],
    ['displayName', ' x '],
    ['displayName', 'ע'],
    ['displayName', '\u202eright to left\u202c'],
    ['bio', '😀'.repeat(500)],
    ['bio', 'lines\r\nand\ttabs'],
    ['bio', '   '],
    ['profilePicture', 'http://x/'],
    ['profilePicture', `https://a.test/${'p'.repeat(1985)}`],
    ['profilePicture', 'HTTPS://例え.jp/絵.png?a=b#c'],
    ['profilePicture', `https://a.test/${'😀'.repeat(1985)}`],
    ['profilePicture', 'http://127.0.0.1:8080/a'],
    ['profilePicture', 'http://[::1]/a@b'],
  ])('takes a %s, and gives it back exactly: %#', async (field, value) => {
    expect(await update(bob, { [field]: value })).toMatchObject({ [field]: value })
    expect(await profileOf(bob)).toMatchObject({ [field]: value })
  })

  it.each([
    ['displayName', ''],
    ['displayName', 'x'.repeat(51)],
    ['displayName', '😀'.repeat(51)],
    ['displayName', ' \u00a0\u3000'],
    ['displayName', 'two\nlines'],
    ['displayName', 'a\u0000b'],
    ['displayName', 'a\u0085b'],
    ['displayName', 'a\ud800b'],
    ['bio', 'x'.repeat(501)],
    ['bio', '😀'.repeat(501)],
    ['bio', 'a\u0000b'],
    ['bio', 'a\u001bb'],
    ['bio', 'a\u007fb'],
    ['bio', '\udfff'],
    ['profilePicture', ''],
    ['profilePicture', 'a.png'],
    ['profilePicture', '//a.test/a.png'],
    ['profilePicture', 'javascript:alert(1)'],
    ['profilePicture', 'data:image/png;base64,AAAA'],
    ['profilePicture', 'ftp://a.test/a.png'],
    ['profilePicture', 'https://'],
    ['profilePicture', 'https:a.test'],
    ['profilePicture', 'https://user@a.test/'],
    ['profilePicture', 'https://user:password@a.test/'],
    ['profilePicture', 'https://:password@a.test/'],
    ['profilePicture', ' https://a.test/'],
    ['profilePicture', 'https://a.test/a\nb'],
    ['profilePicture', `https://a.test/${'p'.repeat(1986)}`],
    ['username', ''],
    ['username', 'ab'],
    ['username', 'a'.repeat(31)],
    ['username', '.abc'],
  ])('refuses a %s that will not do, naming it: %#', async (field, value) => {
    const before = await profileOf(alice)
    expect(await refusedFor(nexus, UPDATE, alice.token, { [field]: value })).toBe(`BAD_USER_INPUT ${field}`)
    expect(await profileOf(alice)).toEqual(before)
  })
})

it("has no way to name another's profile", async () => {
  const { errors, status } = await nexus.gql('mutation { updateUser(id: 2, bio: "mine now") { user { id } } }', { token: alice.token })
  expect(status).toBe(400)
  expect(errors![0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED')
})
