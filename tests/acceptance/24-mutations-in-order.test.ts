import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { cast, type Nexus, type Person, startNexus } from '../cast.ts'

let nexus: Nexus
let alice: Person

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice } = await cast(nexus, 'alice'))
})
beforeEach(() => nexus.sql('delete from posts'))
afterAll(() => nexus.close())

async function contents(): Promise<string[]> {
  return (await nexus.sql<{ content: string }>('select content from posts order by id')).map((row) => row.content)
}

it('does nothing of a request after the first part that was refused, however often the request comes', async () => {
  const query = `mutation {
    a: createPost(content: "before") { post { id } }
    b: createPost(content: "") { post { id } }
    c: createPost(content: "after") { post { id } }
  }`
  for (let time = 1; time <= 4; time += 1) {
    const { status, data, errors } = await nexus.gql(query, { token: alice.token })
    expect({ status, data }).toEqual({ status: 200, data: null })
    expect(errors).toHaveLength(1)
    expect(errors![0].path).toEqual(['b'])
    expect(await contents()).toEqual(Array.from({ length: time }, () => 'before'))
  }
})

it('does the parts one after the other, each with what the ones before have changed', async () => {
  const query = `mutation {
    a: updateUser(bio: "one") { user { bio postCount } }
    b: createPost(content: "first") { post { author { bio postCount } } }
    c: createPost(content: "second") { post { author { postCount } } }
    d: updateUser(bio: "two") { user { bio postCount posts { edges { node { content } } } } }
  }`
  for (let time = 1; time <= 3; time += 1) {
    await nexus.sql('delete from posts')
    expect(await nexus.ask(query, alice.token)).toEqual({
      a: { user: { bio: 'one', postCount: 0 } },
      b: { post: { author: { bio: 'one', postCount: 1 } } },
      c: { post: { author: { postCount: 2 } } },
      d: { user: { bio: 'two', postCount: 2, posts: { edges: [{ node: { content: 'second' } }, { node: { content: 'first' } }] } } },
    })
  }
})

it('goes on as the one who asks after a sign-up in the same request', async () => {
  const query = `mutation ($name: String!, $email: String!) {
    createUser(username: $name, email: $email, password: "12345") { user { username email viewerFollows } }
    createPost(content: "whose") { post { author { username email } } }
  }`
  for (const name of ['bob', 'carol', 'dora']) {
    expect(await nexus.ask(query, alice.token, { name, email: `${name}@mail.test` })).toEqual({
      createUser: { user: { username: name, email: `${name}@mail.test`, viewerFollows: false } },
      createPost: { post: { author: { username: 'alice', email: 'alice@mail.test' } } },
    })
    const byVisitor = await nexus.gql(query, { variables: { name: `${name}2`, email: `${name}2@mail.test` } })
    expect(byVisitor.errors![0]).toMatchObject({ path: ['createPost'], extensions: { code: 'UNAUTHENTICATED' } })
  }
})

it('signs out at once: the part after a logout is refused', async () => {
  const { erin } = await cast(nexus, 'erin')
  const { data, errors } = await nexus.gql('mutation { logout createPost(content: "late") { post { id } } }', { token: erin.token })
  expect(data).toBeNull()
  expect(errors![0]).toMatchObject({ path: ['createPost'], extensions: { code: 'UNAUTHENTICATED' } })
  expect(await contents()).toEqual([])
})
