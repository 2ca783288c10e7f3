import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statementChannel } from '../../src/platform/database/connection.ts'
import { cast, type Nexus, type Person, startNexus } from '../cast.ts'
import { send } from './verbs.ts'

/** What is refused by its text alone is refused within so much, on a busy machine too. */
const REFUSED_WITHIN_MS = 1500

let nexus: Nexus
let alice: Person
let statements = 0
const count = () => {
  statements += 1
}

beforeAll(async () => {
  // Without the worker, the pulse and the broker, so that whatever statement runs is the request's.
  nexus = await startNexus({ roles: ['api'], environment: { REDIS_URL: '', AMQP_URL: '' } })
  ;({ alice } = await cast(nexus, 'alice'))
  statementChannel.subscribe(count)
})
afterAll(async () => {
  statementChannel.unsubscribe(count)
  await nexus.close()
})

const times = (n: number, make: (i: number) => string) => Array.from({ length: n }, (_, i) => make(i)).join(' ')

/** Asks with alice's token, and expects a refusal that reached no database. */
async function expectRefusal(query: string, code: string, variables: Record<string, unknown> = {}): Promise<void> {
  for (let time = 1; time <= 2; time += 1) {
    statements = 0
    const begun = performance.now()
    const { status, data, errors } = await nexus.gql(query, { token: alice.token, variables })
    expect({ status, data, code: errors?.[0].extensions.code }).toEqual({ status: 400, data: undefined, code })
    expect(statements).toBe(0)
    expect(performance.now() - begun).toBeLessThan(REFUSED_WITHIN_MS)
  }
}

async function expectAnswer(query: string, variables: Record<string, unknown> = {}): Promise<void> {
  for (let time = 1; time <= 2; time += 1) {
    const { status, errors } = await nexus.gql(query, { token: alice.token, variables })
    expect({ status, errors }).toEqual({ status: 200, errors: undefined })
  }
}

describe('aliases', () => {
  const aliased = (n: number) => `{ ${times(n, (i) => `a${i}: me { id }`)} }`
  it('may be 50, not 51 nor a thousand', async () => {
    await expectAnswer(aliased(50))
    await expectRefusal(aliased(51), 'QUERY_TOO_COMPLEX')
    await expectRefusal(`{ me { ${times(600, (i) => `a${i}: id`)} } }`, 'QUERY_TOO_COMPLEX')
    await expectRefusal(`{ ${times(1000, (i) => `a${i}:__typename`)} }`, 'QUERY_TOO_COMPLEX')
  })

  it('are counted in fragments too, used or not', async () => {
    await expectAnswer(`{ me { ...f } } fragment f on User { ${times(50, (i) => `a${i}: id`)} }`)
    await expectRefusal(`{ me { x: id ...f } } fragment f on User { ${times(50, (i) => `a${i}: id`)} }`, 'QUERY_TOO_COMPLEX')
  })
})

describe('directives', () => {
  const directed = (n: number) => `{ me { ${times(n, () => 'id @include(if: true)')} } }`
  it('may be 50, not 51', async () => {
    await expectAnswer(directed(50))
    await expectRefusal(directed(51), 'QUERY_TOO_COMPLEX')
    await expectRefusal(`{ me { id ${'@include(if: true)'.repeat(51)} } }`, 'QUERY_TOO_COMPLEX')
  })
})

describe('tokens', () => {
  // Fifty users of 10 tokens and 29 fields each, and two braces; the first has as many more fields as it takes.
  const tokens = (n: number) => `{ ${times(50, (i) => `a${i}: user(id: 1) { ${'id '.repeat(i === 0 ? 29 + n - 1952 : 29)}}`)} }`
  it('may be 2,000, not 2,001', async () => {
    await expectAnswer(tokens(2000))
    await expectRefusal(tokens(2001), 'QUERY_TOO_COMPLEX')
    await expectRefusal(`{ me { id(${'a'.repeat(900_000)}: 1) } }`, 'GRAPHQL_VALIDATION_FAILED')
  })
})

describe('depth', () => {
  // comment and n times parent, and the id: n + 2 levels.
  const deep = (levels: number) => `{ comment(id: 1) ${'{ parent '.repeat(levels - 2)}{ id }${' }'.repeat(levels - 2)} }`
  it('may be 15 levels, not 16', async () => {
    await expectAnswer(deep(15))
    await expectRefusal(deep(16), 'QUERY_TOO_COMPLEX')
    await expectRefusal(deep(500), 'QUERY_TOO_COMPLEX')
  })

  it('is counted through fragments, named and unnamed, which are no levels themselves', async () => {
    const unnamed = (levels: number) => deep(levels).replace('{ id }', '{ ... on Comment { ... { id } } }')
    await expectAnswer(unnamed(15))
    await expectRefusal(unnamed(16), 'QUERY_TOO_COMPLEX')
    const named = (levels: number) => {
      const chain = times(levels - 2, (i) => `fragment f${i} on Comment { parent { ${i === levels - 3 ? 'id' : `...f${i + 1}`} } }`)
      return `{ comment(id: 1) { ...f0 } } ${chain}`
    }
    await expectAnswer(named(15))
    await expectRefusal(named(16), 'QUERY_TOO_COMPLEX')
  })

  it('does not stand in the way of introspection', async () => {
    await expectAnswer(getIntrospectionQuery())
    await expectAnswer(`{ __type(name: "User") { fields { type { ofType { ofType { ofType { ofType { ofType { name } } } } } } } } }`)
  })

  it('of introspection in circles is refused', async () => {
    const circle = `{ __schema { types { ${'fields { type { '.repeat(10)}name${' } }'.repeat(10)} } } }`
    const { status } = await nexus.gql(circle)
    expect(status).toBe(400)
  })
})

describe('texts of like fields', () => {
  it('that would take long to compare with each other are refused', async () => {
    await expectRefusal(`{ me { ${'id '.repeat(1990)}} }`, 'GRAPHQL_VALIDATION_FAILED')
  })
})

describe('circles', () => {
  it('of fragments do not validate', async () => {
    await expectRefusal('{ me { ...a } } fragment a on User { ...a }', 'GRAPHQL_VALIDATION_FAILED')
    await expectRefusal('{ me { ...a } } fragment a on User { id ...b } fragment b on User { ...a }', 'GRAPHQL_VALIDATION_FAILED')
    const ring = times(20, (i) => `fragment f${i} on User { posts(first: 1) { edges { node { author { ...f${(i + 1) % 20} } } } } }`)
    await expectRefusal(`{ me { ...f0 } } ${ring}`, 'GRAPHQL_VALIDATION_FAILED')
  })

  it('of posts and authors, 20 levels of them, are too deep or too dear', async () => {
    const circle = `{ me ${'{ posts { edges { node { author '.repeat(5)}{ id }${' } } } }'.repeat(5)} }`
    await expectRefusal(circle, 'QUERY_TOO_COMPLEX')
  })

  it('of fragments that double with each level, by name or by alias, are refused as fast as others', async () => {
    const doubling = (n: number) => times(n, (i) => `fragment f${i} on User { ${i === n - 1 ? 'id' : `...f${i + 1} ...f${i + 1}`} }`)
    await expectRefusal(`{ me { ...f0 } } ${doubling(150)}`, 'QUERY_TOO_COMPLEX')
    await expectRefusal(
      `query ($n: Int) { me { ...f0 followers(first: $n) { edges { cursor } } } } ${doubling(150)}`,
      'QUERY_TOO_COMPLEX',
      { n: 1 },
    )
    const branching = times(
      13,
      (i) =>
        `fragment f${i} on Comment { ${i === 12 ? 'id' : `a${i}: parent { ...f${i + 1} } b${i}: parent { ...f${i + 1} } c${i}: parent { ...f${i + 1} }`} }`,
    )
    await expectRefusal(`{ comment(id: 1) { ...f0 } } ${branching}`, 'QUERY_TOO_COMPLEX')
  })
})

describe('cost', () => {
  // 1 for the user and 1 for followers; 100 times edges, node, posts and 3 times the posts of each; 1 for following and 3 times its first;
  // and the plain fields: 2 + 100 * (3 + 3 * 65) + 1 + 3 * 65 + plain = 20,000 with 2 plain fields.
  const dear = (first: string, plain: string, definition = '') => `query Dear${definition} { user(id: 1) { ${plain}
    followers(first: ${first}) { edges { node { posts(first: 65) { edges { node { id } } } } } }
    following(first: 65) { edges { node { id } } } } }`

  it('may be 20,000, not 20,001', async () => {
    await expectAnswer(dear('100', 'id username'))
    await expectRefusal(dear('100', 'id username bio'), 'QUERY_TOO_COMPLEX')
  })

  it('counts a first given by variable, by the default of the variable and by the default of the field', async () => {
    await expectAnswer(dear('$n', 'id username', '($n: Int)'), { n: 100 })
    await expectRefusal(dear('$n', 'id username bio', '($n: Int)'), 'QUERY_TOO_COMPLEX', { n: 100 })
    await expectAnswer(dear('$n', 'id username bio', '($n: Int)'), { n: 99 })
    await expectAnswer(dear('$n', 'id username bio', '($n: Int)'))
    await expectAnswer(dear('$n', 'id username bio', '($n: Int)'), { n: null })
    await expectAnswer(dear('$n', 'id username', '($n: Int = 100)'))
    await expectRefusal(dear('$n', 'id username bio', '($n: Int = 100)'), 'QUERY_TOO_COMPLEX')
    await expectAnswer(dear('$n', 'id username bio', '($n: Int = 100)'), { n: 1 })
    // Four lists of 20 by default: 20 * 20 * 20 * 4 is too dear, two of them are not.
    await expectRefusal(
      '{ me { followers { edges { node { followers { edges { node { followers { edges { node { id } } } } } } } } } } }',
      'QUERY_TOO_COMPLEX',
    )
    await expectAnswer('{ me { followers { edges { node { followers { edges { node { id } } } } } } } }')
  })

  it('does not become less by a first that is out of bounds, which is refused as itself where it is cheap enough', async () => {
    for (const n of [-1000, 0, 1_000_000]) {
      const { errors } = await nexus.gql('query ($n: Int) { users(first: $n) { edges { cursor } } }', { variables: { n } })
      expect(errors![0].extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'first' })
    }
    await expectRefusal(dear('$n', 'id username bio', '($n: Int)'), 'QUERY_TOO_COMPLEX', { n: 1_000_000 })
  })

  it('counts a search as what it reads, and the people in texts and notifications as many as they may be', async () => {
    const searches = (n: number) => `{ ${times(n, (i) => `a${i}: searchPosts(query: "a", first: 1) { pageInfo { hasNextPage } }`)} }`
    await expectAnswer(searches(39))
    await expectRefusal(searches(40), 'QUERY_TOO_COMPLEX')
    const posts = (first: number) => `posts(first: ${first}) { edges { cursor node { id } } }`
    await expectRefusal(`{ post(id: 1) { entities { user { ${posts(100)} } } } }`, 'QUERY_TOO_COMPLEX')
    await expectRefusal(`{ notifications(first: 100) { edges { node { actors { ${posts(20)} } } } } }`, 'QUERY_TOO_COMPLEX')
  })

  it('is of the operation that is named alone', async () => {
    const query = `query Cheap { me { id } } ${dear('100', 'id username bio')}`
    expect((await nexus.gql(query, { operationName: 'Cheap', token: alice.token })).status).toBe(200)
    expect((await nexus.gql(query, { operationName: 'Dear', token: alice.token })).errors![0].extensions.code).toBe('QUERY_TOO_COMPLEX')
  })
})

describe('introspection', () => {
  it('is open to visitors, unless it is switched off: then neither it nor the SDL is there, and all else is', async () => {
    expect((await nexus.gql('{ __schema { queryType { name } } }')).data).toEqual({ __schema: { queryType: { name: 'Query' } } })
    const closed = await startNexus({ environment: { GRAPHQL_INTROSPECTION: 'off' }, databaseUrl: nexus.databaseUrl, roles: ['api'] })
    for (const query of ['{ __schema { queryType { name } } }', '{ __type(name: "User") { name } }', getIntrospectionQuery()]) {
      const { status, errors } = await closed.gql(query)
      expect([status, errors![0].extensions.code]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED'])
    }
    expect((await send(closed, '/schema.graphql')).status).toBe(404)
    expect((await closed.gql('{ __typename user(id: 1) { __typename } }')).data).toEqual({
      __typename: 'Query',
      user: { __typename: 'User' },
    })
    await closed.close()
  })
})
