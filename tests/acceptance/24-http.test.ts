import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { send, sendJson } from './verbs.ts'

let nexus: Nexus
let alice: Person
let postId: string

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice } = await cast(nexus, 'alice'))
  postId = await post(nexus, alice, 'hello')
})
afterAll(() => nexus.close())

const JSON_TYPE = { 'content-type': 'application/json' }

function get(parameters: Record<string, string>, headers: Record<string, string> = {}) {
  return send(nexus, `/graphql?${new URLSearchParams(parameters)}`, { headers })
}

function postText(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = JSON_TYPE) {
  return send(nexus, '/graphql', { method: 'POST', headers, body })
}

describe('a request that asks', () => {
  it.each([
    ['by POST', () => sendJson(nexus, { query: '{ user(id: 1) { username } }' })],
    [
      'by POST with a charset',
      () => postText('{"query":"{ user(id: 1) { username } }"}', { 'content-type': 'application/json; charset=utf-8' }),
    ],
    ['with variables', () => sendJson(nexus, { query: 'query ($id: ID) { user(id: $id) { username } }', variables: { id: 1 } })],
    [
      'with null for what is not there',
      () => sendJson(nexus, { query: '{ user(id: 1) { username } }', variables: null, operationName: null }),
    ],
    ['with an empty operation name', () => sendJson(nexus, { query: '{ user(id: 1) { username } }', operationName: '' })],
    ['with more than was asked for', () => sendJson(nexus, { query: '{ user(id: 1) { username } }', extensions: { a: 1 }, other: true })],
    ['by GET', () => get({ query: '{ user(id: 1) { username } }' })],
    ['by GET with variables', () => get({ query: 'query ($id: ID) { user(id: $id) { username } }', variables: '{"id":"1"}' })],
    ['by GET with empty parameters', () => get({ query: '{ user(id: 1) { username } }', variables: '', operationName: '' })],
    ['by GET from a browser', () => get({ query: '{ user(id: 1) { username } }' }, { accept: 'text/html,*/*' })],
  ])('is answered with 200 and JSON %s', async (_, ask) => {
    const { status, data, errors, headers } = await ask()
    expect({ status, data, errors }).toEqual({ status: 200, data: { user: { username: 'alice' } }, errors: undefined })
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
  })

  it('is answered with 200 when what was executed was refused', async () => {
    const { status, data, errors } = await sendJson(nexus, { query: '{ me { id } feed { id } }' })
    expect({ status, data }).toEqual({ status: 200, data: null })
    expect(errors).toEqual([
      { message: expect.any(String), path: ['feed'], locations: [{ line: 1, column: 13 }], extensions: { code: 'UNAUTHENTICATED' } },
    ])
  })

  it('has what could be answered beside what was refused', async () => {
    const query = '{ user(id: 1) { username } wrong: user { id } comment(id: 1) { id } }'
    const { status, data, errors } = await sendJson(nexus, { query })
    expect({ status, data }).toEqual({ status: 200, data: { user: { username: 'alice' }, wrong: null, comment: null } })
    expect(errors).toHaveLength(1)
    expect(errors![0]).toMatchObject({ path: ['wrong'], extensions: { code: 'BAD_USER_INPUT' } })
  })
})

describe('a request that asks nothing right', () => {
  it.each([
    ['no query', '{}', 'BAD_USER_INPUT'],
    ['an empty query', '{"query":""}', 'BAD_USER_INPUT'],
    ['white space for a query', '{"query":"  \\n "}', 'BAD_USER_INPUT'],
    ['a query that is no text', '{"query":{"a":1}}', 'BAD_USER_INPUT'],
    ['null', 'null', 'BAD_USER_INPUT'],
    ['a number', '7', 'BAD_USER_INPUT'],
    ['a text', '"{ me { id } }"', 'BAD_USER_INPUT'],
    ['an array of operations', '[{"query":"{ me { id } }"}]', 'BAD_USER_INPUT'],
    ['an empty array', '[]', 'BAD_USER_INPUT'],
    ['variables that are an array', '{"query":"{ me { id } }","variables":[1]}', 'BAD_USER_INPUT'],
    ['variables that are a text', '{"query":"{ me { id } }","variables":"{}"}', 'BAD_USER_INPUT'],
    ['an operation name that is a number', '{"query":"{ me { id } }","operationName":1}', 'BAD_USER_INPUT'],
    ['no JSON', '{"query": "{ me { id } }"', 'BAD_USER_INPUT'],
    ['nothing at all', '', 'BAD_USER_INPUT'],
    ['bytes that are no text', '\u0000\u0001', 'BAD_USER_INPUT'],
    ['a key that would change every object', '{"query":"{ me { id } }","__proto__":{"a":1}}', 'BAD_USER_INPUT'],
    ['a query that does not parse', '{"query":"{ me { id }"}', 'GRAPHQL_PARSE_FAILED'],
    ['a query of no GraphQL', '{"query":"select 1"}', 'GRAPHQL_PARSE_FAILED'],
    ['a field that is not there', '{"query":"{ me { nope } }"}', 'GRAPHQL_VALIDATION_FAILED'],
    ['an argument that is not there', '{"query":"{ user(nope: 1) { id } }"}', 'GRAPHQL_VALIDATION_FAILED'],
    ['a literal of the wrong type', '{"query":"{ users(first: \\"x\\") { edges { cursor } } }"}', 'GRAPHQL_VALIDATION_FAILED'],
    ['a missing argument', '{"query":"{ post { id } }"}', 'GRAPHQL_VALIDATION_FAILED'],
    ['no selection of an object', '{"query":"{ me }"}', 'GRAPHQL_VALIDATION_FAILED'],
    ['a variable that was not declared', '{"query":"{ user(id: $id) { id } }"}', 'GRAPHQL_VALIDATION_FAILED'],
    ['a fragment alone', '{"query":"fragment a on User { id }"}', 'GRAPHQL_VALIDATION_FAILED'],
    ['a name of no operation', '{"query":"query a { me { id } }","operationName":"b"}', 'GRAPHQL_VALIDATION_FAILED'],
    ['two operations and no name', '{"query":"query a { me { id } } query b { me { id } }"}', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'two operations of one name',
      '{"query":"query a { me { id } } query a { me { id } }","operationName":"a"}',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a subscription', '{"query":"subscription { feedItemAdded { cursor } }"}', 'GRAPHQL_VALIDATION_FAILED'],
  ])('is answered with 400: %s', async (_, body, code) => {
    const { status, errors, text } = await postText(body)
    expect([status, errors?.[0].extensions.code]).toEqual([400, code])
    expect(Object.keys(JSON.parse(text))).toEqual(['errors'])
  })

  it.each([
    ['no query', {}],
    ['variables that are no JSON', { query: '{ me { id } }', variables: '{' }],
    ['variables that are an array', { query: '{ me { id } }', variables: '[]' }],
  ])('is answered with 400 by GET: %s', async (_, parameters) => {
    const { status, errors } = await get(parameters as Record<string, string>)
    expect([status, errors?.[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT'])
  })

  it('is answered with 400 when a GET gives the query twice', async () => {
    const { status, errors } = await send(nexus, '/graphql?query=%7Bme%7Bid%7D%7D&query=%7Bme%7Bid%7D%7D')
    expect([status, errors?.[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT'])
  })

  it.each([
    'text/plain',
    'application/graphql',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'nonsense',
  ])('is answered with 415 as %s', async (type) => {
    const { status, errors, text } = await postText('{"query":"{ me { id } }"}', { 'content-type': type })
    expect(status).toBe(415)
    expect(errors).toHaveLength(1)
    expect(Object.keys(JSON.parse(text))).toEqual(['errors'])
  })

  it('is answered with 415 without a type', async () => {
    const { status, errors } = await postText(new TextEncoder().encode('{"query":"{ me { id } }"}'), {})
    expect(status).toBe(415)
    expect(errors).toHaveLength(1)
  })

  it('is answered with 413 over 1 MiB, and not at it', async () => {
    const sized = (bytes: number) => {
      const [head, tail] = ['{"query":"{ me { id } }","a":"', '"}']
      return head + 'x'.repeat(bytes - head.length - tail.length) + tail
    }
    expect((await postText(sized(1024 * 1024))).status).toBe(200)
    const { status, errors, text } = await postText(sized(1024 * 1024 + 1))
    expect(status).toBe(413)
    expect(errors).toHaveLength(1)
    expect(Object.keys(JSON.parse(text))).toEqual(['errors'])
  })

  it('is answered with 404 at an address of nothing, as errors too', async () => {
    for (const path of ['/nothing', '/graphql/x', '/schema']) {
      const { status, errors } = await send(nexus, path)
      expect([status, errors?.[0].extensions.code]).toEqual([404, 'NOT_FOUND'])
    }
  })
})

describe('a mutation by GET', () => {
  it('is answered with 405 and does nothing, whoever sends it', async () => {
    const query = 'mutation { createPost(content: "by GET") { post { id } } }'
    const { status, errors, headers } = await get({ query }, { authorization: `Bearer ${alice.token}` })
    expect([status, headers.get('allow'), errors?.length]).toEqual([405, 'POST', 1])
    expect(await nexus.sql(`select id from posts where content = 'by GET'`)).toEqual([])
  })

  it.each(['PUT', 'PATCH', 'DELETE'])('is no way in by %s either', async (method) => {
    const body = '{"query":"mutation { createPost(content: \\"by another\\") { post { id } } }"}'
    const { status } = await send(nexus, '/graphql', { method, headers: { ...JSON_TYPE, authorization: `Bearer ${alice.token}` }, body })
    expect([404, 405]).toContain(status)
    expect(await nexus.sql(`select id from posts where content = 'by another'`)).toEqual([])
  })
})

describe('two operations in one text', () => {
  const READ = 'query Read { me { username } }'
  const WRITE = 'mutation Write { createPost(content: "written") { post { content } } }'
  const written = async () => (await nexus.sql(`select id from posts where content = 'written'`)).length

  it.each([
    ['the query first', `${READ} ${WRITE}`],
    ['the mutation first', `${WRITE} ${READ}`],
  ])('run the one that is named, %s, by POST and by GET, again and again', async (_, query) => {
    const authorization = `Bearer ${alice.token}`
    const before = await written()
    for (let time = 1; time <= 3; time += 1) {
      const read = { status: 200, data: { me: { username: 'alice' } } }
      expect(await sendJson(nexus, { query, operationName: 'Read' }, { authorization })).toMatchObject(read)
      expect(await get({ query, operationName: 'Read' }, { authorization })).toMatchObject(read)
      expect((await get({ query, operationName: 'Write' }, { authorization })).status).toBe(405)
      expect(await written()).toBe(before + time - 1)
      const wrote = { status: 200, data: { createPost: { post: { content: 'written' } } } }
      expect(await sendJson(nexus, { query, operationName: 'Write' }, { authorization })).toMatchObject(wrote)
      expect(await written()).toBe(before + time)
      expect((await sendJson(nexus, { query }, { authorization })).status).toBe(400)
      expect((await sendJson(nexus, { query, operationName: 'read' }, { authorization })).status).toBe(400)
    }
  })
})

describe('variables', () => {
  it.each([
    ['a text for a number', 'query ($first: Int) { users(first: $first) { edges { cursor } } }', { first: '5' }, 'first'],
    ['a fraction for a number', 'query ($first: Int) { users(first: $first) { edges { cursor } } }', { first: 1.5 }, 'first'],
    ['a number beyond 32 bits', 'query ($first: Int) { users(first: $first) { edges { cursor } } }', { first: 2147483648 }, 'first'],
    ['true for a number', 'query ($first: Int) { users(first: $first) { edges { cursor } } }', { first: true }, 'first'],
    ['a list for an id', 'query ($id: ID) { user(id: $id) { id } }', { id: ['1'] }, 'id'],
    ['an object for an id', 'query ($id: ID!) { post(id: $id) { id } }', { id: { a: 1 } }, 'id'],
    ['a fraction for an id', 'query ($id: ID!) { post(id: $id) { id } }', { id: 1.5 }, 'id'],
    ['true for an id', 'query ($id: ID!) { post(id: $id) { id } }', { id: true }, 'id'],
    ['null for what is needed', 'query ($id: ID!) { post(id: $id) { id } }', { id: null }, 'id'],
    ['nothing for what is needed', 'query ($id: ID!) { post(id: $id) { id } }', {}, 'id'],
    ['a number for a text', 'query ($username: String) { user(username: $username) { id } }', { username: 7 }, 'username'],
    ['a text for a boolean', 'query ($own: Boolean) { homeFeed(includeOwn: $own) { edges { cursor } } }', { own: 'true' }, 'own'],
    ['a number for a boolean', 'query ($own: Boolean) { homeFeed(includeOwn: $own) { edges { cursor } } }', { own: 1 }, 'own'],
    [
      'no such word of an enumeration',
      'mutation ($v: Visibility) { createPost(content: "x", visibility: $v) { post { id } } }',
      { v: 'SECRET' },
      'v',
    ],
  ])('of the wrong type are BAD_USER_INPUT, however often they come: %s', async (_, query, variables, field) => {
    for (let time = 1; time <= 3; time += 1) {
      const { data, errors, status } = await nexus.gql(query, { token: alice.token, variables: variables as Record<string, unknown> })
      expect({ status, data, extensions: errors?.[0].extensions }).toEqual({
        status: 200,
        data: undefined,
        extensions: { code: 'BAD_USER_INPUT', field },
      })
    }
  })

  it('may be numbers or texts for ids, be left out or null where that is the same, and have defaults', async () => {
    const query =
      'query ($id: ID = 1, $first: Int = 1, $after: String) { user(id: $id) { id posts(first: $first, after: $after) { edges { node { id } } } } }'
    const expected = { user: { id: '1', posts: { edges: [{ node: { id: expect.any(String) } }] } } }
    for (const variables of [{}, { id: 1 }, { id: '1', first: 1 }, { after: null }, { unknown: 'ignored' }]) {
      for (let time = 1; time <= 3; time += 1) expect(await nexus.ask(query, undefined, variables)).toEqual(expected)
    }
    expect((await nexus.ask(query, undefined, { first: null })).user.posts.edges.length).toBeGreaterThan(0)
  })
})

describe('aliases, fragments and directives', () => {
  it('answer as asked, the first time, the second and the third', async () => {
    const query = `query Mixed($id: ID!, $withAuthor: Boolean!, $without: Boolean = false) {
      __typename
      one: post(id: $id) { ...words }
      two: post(id: $id) { ...words likeCount @skip(if: $without) commentCount @include(if: $without) }
      none: post(id: 1) { ...words }
      ... on Query { three: me { ... { username } ...person } }
      ...root @include(if: $withAuthor)
    }
    fragment words on Post { text: content author @include(if: $withAuthor) { ...person __typename } comments(first: 1) { edges { node { id } } } }
    fragment person on User { name: username posts(first: 1) { edges { node { content } } } }
    fragment root on Query { publicFeed(first: 1) { pageInfo { hasPreviousPage } } }`
    const person = { name: 'alice', posts: { edges: [{ node: { content: expect.any(String) } }] } }
    for (let time = 1; time <= 3; time += 1) {
      const withAuthor = { text: 'hello', author: { ...person, __typename: 'User' }, comments: { edges: [] } }
      expect(await nexus.ask(query, alice.token, { id: postId, withAuthor: true })).toEqual({
        __typename: 'Query',
        ...{ one: withAuthor, two: { ...withAuthor, likeCount: 0 }, none: null, three: { username: 'alice', ...person } },
        publicFeed: { pageInfo: { hasPreviousPage: false } },
      })
      const { author: _, ...without } = withAuthor
      expect(await nexus.ask(query, alice.token, { id: postId, withAuthor: false, without: true })).toEqual({
        __typename: 'Query',
        ...{ one: without, two: { ...without, commentCount: 0 }, none: null, three: { username: 'alice', ...person } },
      })
    }
  })
})

describe('a server with more to do than it may', () => {
  it('answers 503 UNAVAILABLE with when to come again, and is well afterwards; its health is told all the while', async () => {
    const small = await startNexus({ environment: { REQUESTS_IN_FLIGHT_MAX: '1' }, databaseUrl: nexus.databaseUrl, roles: ['api'] })
    const [answers, health] = await Promise.all([
      Promise.all(Array.from({ length: 20 }, () => small.gql('mutation { login(username: "alice", password: "wrong") { token } }'))),
      send(small, '/livez'),
    ])
    expect(health.status).toBe(200)
    const busy = answers.filter((answer) => answer.status === 503)
    expect(busy.length).toBeGreaterThan(0)
    expect(busy.length).toBeLessThan(20)
    for (const { data, errors, headers } of busy) {
      expect({ data, extensions: errors![0].extensions }).toEqual({ data: undefined, extensions: { code: 'UNAVAILABLE', retryAfter: 1 } })
      expect(headers.get('retry-after')).toBe('1')
    }
    expect(await small.ask('{ user(id: 1) { username } }')).toEqual({ user: { username: 'alice' } })
    await small.close()
  })

  describe('whose database has gone', () => {
    let lonely: Nexus
    beforeAll(async () => {
      lonely = await startNexus({ roles: ['api'] })
      await cast(lonely, 'alice')
    })
    afterAll(() => lonely.close())

    /** Lets nobody in to its database, and puts out who is there. */
    async function closeDoor(closed: boolean): Promise<void> {
      const name = new URL(lonely.databaseUrl).pathname.slice(1)
      await nexus.sql(`alter database ${name} with allow_connections ${!closed}`)
      await nexus.sql('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
      await new Promise((resolve) => setTimeout(resolve, 100))
    }

    it('tells so by /readyz, lives on, and is well when it is back', async () => {
      await closeDoor(true)
      expect([(await send(lonely, '/readyz')).status, (await send(lonely, '/livez')).status]).toEqual([503, 200])
      await closeDoor(false)
      expect((await send(lonely, '/readyz')).status).toBe(200)
      expect(await lonely.ask('{ user(username: "alice") { username } }')).toEqual({ user: { username: 'alice' } })
    })

    it('answers 503 UNAVAILABLE meanwhile, with when to come again', async () => {
      await closeDoor(true)
      const queries = ['{ users { edges { cursor } } }', 'mutation { login(username: "alice", password: "wrong") { token } }']
      const answers = await Promise.all(queries.map((query) => lonely.gql(query)))
      await closeDoor(false)
      for (const { status, errors, headers } of answers) {
        expect({ status, extensions: errors![0].extensions }).toEqual({
          status: 503,
          extensions: { code: 'UNAVAILABLE', retryAfter: expect.any(Number) },
        })
        expect(headers.get('retry-after')).toBe(String(errors![0].extensions.retryAfter))
      }
    })
  })
})
