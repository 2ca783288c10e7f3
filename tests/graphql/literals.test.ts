import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPreparation } from '../../src/api/graphql/prepare-operation.ts'
import { buildSchema } from '../../src/api/graphql/schema.ts'
import { cast, type Nexus, type Person, post, startNexus } from '../cast.ts'

// Texts that differ in their literals alone are one operation with other values. Each is asked thrice: interpreted, then compiled.
let nexus: Nexus
let alice: Person, bob: Person
let first: string, second: string
beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob } = await cast(nexus, 'alice', 'bob'))
  first = await post(nexus, alice, 'first')
  second = await post(nexus, bob, 'second')
})
afterAll(() => nexus.close())

async function ask(query: string, variables: object = {}) {
  const response = await fetch(`${nexus.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  return response.json() as Promise<{
    data?: Record<string, unknown>
    errors?: { path?: unknown; locations?: unknown; extensions: { code: string } }[]
  }>
}

it('answers each text with its own values', async () => {
  for (let time = 0; time < 3; time += 1) {
    for (const [person, made, words] of [
      [alice, first, 'first'],
      [bob, second, 'second'],
    ] as const) {
      const query = `query ($me: String = "alice") { user(id: ${person.id}) { username posts(first: 1) { edges { node { id } } } }
        post(id: "${made}") { content } me: user(username: $me) { username } }`
      expect((await ask(query, { me: person.username })).data).toEqual({
        user: { username: person.username, posts: { edges: [{ node: { id: made } }] } },
        post: { content: words },
        me: { username: person.username },
      })
    }
    expect((await ask(`{ user(username: "alice") { id } }`)).data).toEqual({ user: { id: String(alice.id) } })
    expect((await ask(`{ user(username: "b#:1") { id } }`)).data).toEqual({ user: null })
    expect((await ask(`{ user(username: "b\\u006fb") { id } } # "alice": 1`)).data).toEqual({ user: { id: String(bob.id) } })
  }
})

it('tells where in this very text something was refused', async () => {
  for (const id of [5, 500_000, 77_777, 3]) {
    const { errors } = await ask(`{ me { id }\n  one: user(id: ${id}) { username } two: user { id } }`)
    const refused = errors!.map(({ path, locations }) => ({ path, locations }))
    const column = `  one: user(id: ${id}) { username } `.length + 1
    expect(refused).toEqual([{ path: ['two'], locations: [{ line: 2, column }] }])
  }
})

it('refuses what does not fit its type, whatever was asked in this shape before', async () => {
  const codes = async (query: string) => (await ask(query)).errors?.map(({ extensions }) => extensions.code)
  for (let time = 0; time < 2; time += 1) {
    expect(await codes('{ users(first: 1) { edges { cursor } } }')).toBeUndefined()
    expect(await codes('{ users(first: 4294967296) { edges { cursor } } }')).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect(await codes('{ users(first: "1") { edges { cursor } } }')).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect(await codes('{ user(username: 7) { id } }')).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect(await codes(`{ user(id: 1) { id } user(id: 1) { username } }`)).toBeUndefined()
    expect(await codes(`{ user(id: 1) { id } user(id: 2) { username } }`)).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect(
      await codes(`{ user(id: 1) { posts(first: 100) { edges { node { comments(first: 1) { edges { cursor } } } } } } }`),
    ).toBeUndefined()
    expect(
      await codes(`{ user(id: 1) { posts(first: 100) { edges { node { comments(first: 100) { edges { cursor } } } } } } }`),
      'its cost is of its own values',
    ).toEqual(['QUERY_TOO_COMPLEX'])
  }
})

describe('preparation', () => {
  const prepare = openPreparation(buildSchema(), { introspection: true })
  const costs = (...texts: string[]) => texts.map((text) => prepare(text, undefined).cost({}))

  it('knows a shape by what is outside of its literals alone', () => {
    expect(costs('{ users(first: 2) { edges { cursor } } }', '{ users(first: 30) { edges { cursor } } }')).toEqual([5, 61])
    expect(costs('{ a: users(first: 2) { edges { cursor } } b: users(first: 3) { edges { cursor } } }')).toEqual([12])
  })
})
