import { createSecretKey } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { cast, follow, type Nexus, PASSWORD, type Person, post, startNexus } from '../cast.ts'
import { connect, FEED, type LiveClient, listen, openSocket } from './live-client.ts'

let nexus: Nexus
let people: Record<'alice' | 'bob' | 'carol' | 'dan', Person>
beforeAll(async () => {
  nexus = await startNexus({ environment: { CORS_ORIGINS: 'https://friends.example.com', RATE_LIMIT_WRITES: '100000' } })
  people = await cast(nexus, 'alice', 'bob', 'carol', 'dan')
})
afterAll(() => nexus.close())

const ask = (person: Person, mutation: string) => nexus.ask(`mutation { ${mutation} }`, person.token)
const signInAgain = async ({ username }: Person): Promise<Person> => {
  const { login } = await nexus.ask(`mutation { login(username: "${username}", password: "${PASSWORD}") { token refreshToken } }`)
  return { ...people.alice, ...login, username }
}
const code = async ({ closed }: LiveClient) => (await closed).code

async function errorOf(client: LiveClient, query: string, variables?: object) {
  return (await client.message('error', client.subscribe(query, variables))).payload[0]
}

describe('a socket is closed with 4401 when its session ends', () => {
  it('by a logout, and that of another session stays', async () => {
    const [one, other] = [await listen(nexus, await signInAgain(people.alice)), await listen(nexus, people.alice)]
    const fresh = await signInAgain(people.alice)
    const third = await listen(nexus, fresh)
    await ask(fresh, 'logout')
    expect(await code(third)).toBe(4401)
    await post(nexus, people.alice, 'still here')
    await Promise.all([one, other].map((each) => each.next(1)))
    await ask(people.alice, 'logout(everywhere: true)')
    expect([await code(one), await code(other)]).toEqual([4401, 4401])
    people.alice.token = (await signInAgain(people.alice)).token
  })

  it('by another password, by a suspension that nobody announced, at the next event, and by a closed account', async () => {
    const { bob, carol, dan } = people
    await follow(nexus, carol, dan)
    const [bobs, carols, dans] = [await listen(nexus, bob), await listen(nexus, carol), await listen(nexus, dan)]
    await ask(bob, `changePassword(currentPassword: "${PASSWORD}", newPassword: "${PASSWORD}") { token }`)
    expect(await code(bobs)).toBe(4401)
    await nexus.sql('update users set suspended_at = now() where id = $1', [carol.id])
    await post(nexus, dan, 'for carol')
    expect(await code(carols)).toBe(4401)
    expect(await carols.next(0)).toEqual([])
    await nexus.sql('update users set suspended_at = null where id = $1', [carol.id])
    await ask(dan, `deleteUser(password: "${PASSWORD}")`)
    expect(await code(dans)).toBe(4401)
    bob.token = (await signInAgain(bob)).token
  })
})

describe('a token', () => {
  const tokenFor = (claims: Record<string, string>, expires: string) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(String(people.alice.id))
      .setAudience('nexus-api')
      .setExpirationTime(expires)
      .sign(createSecretKey(Buffer.from('a secret of the tests, the same in all of them')))

  it('that expires closes its socket with 4403: a fresh one is brought by connecting again', async () => {
    const { sid } = JSON.parse(Buffer.from(people.alice.token.split('.')[1]!, 'base64url').toString())
    const client = await listen(nexus, { ...people.alice, token: await tokenFor({ sid }, '2s') })
    expect(await code(client)).toBe(4403)
  })

  it.each(['Bearer words', 'words', 7, 'expired'])('that is not valid (%s) lets nobody in: 4403', async (given) => {
    const { sid } = JSON.parse(Buffer.from(people.alice.token.split('.')[1]!, 'base64url').toString())
    const authorization = given === 'expired' ? `Bearer ${await tokenFor({ sid }, '-1s')}` : given
    const client = await openSocket(nexus)
    client.send({ type: 'connection_init', payload: { authorization } })
    expect(await code(client)).toBe(4403)
  })

  it('that was not sent makes a visitor, who may listen to nothing', async () => {
    const client = await connect(nexus)
    expect((await errorOf(client, FEED)).extensions).toEqual({ code: 'UNAUTHENTICATED' })
    client.close()
  })

  it('is asked for before anything else: 4401', async () => {
    const client = await openSocket(nexus)
    client.subscribe(FEED)
    expect(await code(client)).toBe(4401)
  })
})

describe('over a socket', () => {
  let client: LiveClient
  beforeAll(async () => {
    client = await connect(nexus, people.alice)
  })
  afterAll(() => client.close())

  it.each([
    ['{ me { id } }', 'BAD_USER_INPUT'],
    ['mutation { createPost(content: "by socket") { post { id } } }', 'BAD_USER_INPUT'],
    ['subscription { feedItemAdded { node {', 'GRAPHQL_PARSE_FAILED'],
    ['subscription { feedItemAdded { words } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription { feedItemAdded { cursor } other: feedItemAdded { cursor } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription ($n: Int) { feedItemAdded { node { comments(first: $n) { edges { cursor } } } } }', 'BAD_USER_INPUT', { n: 'x' }],
    [
      'subscription { feedItemAdded { node { likes(first: 100) { edges { node { user { followers(first: 100) { edges { node { id } } } } } } } } } }',
      'QUERY_TOO_COMPLEX',
    ],
  ])('%s is refused: %s', async (query, refusal, variables?: object) => {
    expect((await errorOf(client, query, variables)).extensions.code).toBe(refusal)
  })

  it('at most 20 subscriptions are under way', async () => {
    const ids = Array.from({ length: 20 }, () => client.subscribe(FEED))
    expect((await errorOf(client, FEED)).extensions.code).toBe('FORBIDDEN')
    client.send({ type: 'complete', id: ids[0] })
    const another = client.subscribe(FEED)
    await post(nexus, people.alice, 'for all twenty')
    await client.events(another, 1)
  })

  it('nothing larger than 100 KiB is taken', async () => {
    const large = await connect(nexus, people.alice)
    large.send({ type: 'ping', payload: { words: 'x'.repeat(101 * 1024) } })
    expect(await code(large)).toBe(1009)
  })
})

it('refuses a subscription by HTTP, and says where it belongs', async () => {
  const { status, errors } = await nexus.gql(FEED, { token: people.alice.token })
  expect([status, errors?.[0]?.extensions.code]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED'])
  expect(errors?.[0]?.message).toContain('WebSocket')
})

it('takes at most 20 sockets of one user, and at most 100 of a network on which nobody has signed in', async () => {
  const clients = await Promise.all(Array.from({ length: 20 }, () => connect(nexus, people.bob)))
  const beyond = await openSocket(nexus)
  beyond.send({ type: 'connection_init', payload: { authorization: `Bearer ${people.bob.token}` } })
  expect(await code(beyond)).toBe(4529)
  for (const client of clients) client.close()
  await Promise.all(clients.map(({ closed }) => closed))

  const strangers = await Promise.all(Array.from({ length: 100 }, () => openSocket(nexus)))
  await expect(openSocket(nexus)).rejects.toThrow('429')
  for (const stranger of strangers) stranger.close()
  await Promise.all(strangers.map(({ closed }) => closed))
  ;(await openSocket(nexus)).close()
})

it.each([
  ['https://friends.example.com', 'opens'],
  ['the same', 'opens'],
  ['https://strangers.example.com', '403'],
  ['null', '403'],
])('a page of origin %s: %s', async (given, outcome) => {
  const origin = given === 'the same' ? nexus.url : given
  const opened = openSocket(nexus, { origin }).then(
    (client) => {
      client.close()
      return 'opens'
    },
    (error: Error) => /\d{3}/.exec(error.message)?.[0],
  )
  expect(await opened).toBe(outcome)
})

it('answers a request to upgrade to anything else, or elsewhere, as if it had not asked', async () => {
  const elsewhere = new WebSocket(`${nexus.url.replace('http', 'ws')}/livez`)
  const failed = await new Promise<Error>((resolve) => elsewhere.once('error', resolve))
  expect(failed.message).toContain('200')
})

it('lets go of a client that does not read: nothing is buffered without end', async () => {
  const { alice, bob } = people
  await follow(nexus, alice, bob)
  const copies = Array.from({ length: 40 }, (_, index) => `c${index}: content`).join(' ')
  const client = await listen(nexus, alice, `subscription { feedItemAdded { node { ${copies} } } }`)
  client.socket.pause()
  const large = '\u{1F600}'.repeat(5000)
  await nexus.sql(
    `with made as (insert into posts (author_id, content) select $1, $2 from generate_series(1, 150) returning id, author_id)
     insert into facts (name, payload) select 'post.published',
       jsonb_build_object('postId', id, 'authorId', author_id, 'entryId', id, 'actorId', author_id) from made`,
    [bob.id, large],
  )
  await nexus.settle()
  client.socket.resume()
  expect(await code(client)).toBe(4508)
})

it('goes away with 1001 when it is stopped, though clients are connected', async () => {
  const other = await startNexus({ databaseUrl: nexus.databaseUrl, roles: ['api'] })
  const [told, stranger] = [await listen(other, people.alice), await openSocket(other)]
  const began = performance.now()
  await other.close()
  expect([await code(told), await code(stranger)]).toEqual([1001, 1001])
  expect(performance.now() - began).toBeLessThan(3000)
})
