import { getIntrospectionQuery, type IntrospectionField, type IntrospectionQuery, type IntrospectionTypeRef } from 'graphql'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cast, type Nexus, post, startNexus } from '../cast.ts'

let nexus: Nexus
let fields: { Query: IntrospectionField[]; Mutation: IntrospectionField[] }

const OPEN_QUERIES = [
  'me',
  'user',
  'users',
  'post',
  'comment',
  'publicFeed',
  'taggedPosts',
  'trendingPosts',
  'trendingTags',
  'searchPosts',
  'searchUsers',
]
const OPEN_MUTATIONS = ['createUser', 'login', 'refreshToken', 'requestPasswordReset', 'resetPassword', 'verifyEmail']

beforeAll(async () => {
  nexus = await startNexus()
  const { alice } = await cast(nexus, 'alice')
  await post(nexus, alice, 'hello')
  const { __schema } = (await nexus.ask(getIntrospectionQuery())) as IntrospectionQuery
  const fieldsOf = (name: string) =>
    __schema.types.flatMap((type) => (type.kind === 'OBJECT' && type.name === name ? [...type.fields] : []))
  fields = { Query: fieldsOf('Query'), Mutation: fieldsOf('Mutation') }
  await nexus.settle()
})
afterAll(() => nexus.close())

const SAMPLES: Record<string, string> = {
  ID: '"1"',
  String: '"correct horse"',
  Int: '1',
  Boolean: 'true',
  DateTime: '"2026-01-01T00:00:00.000Z"',
  NotificationPreferenceInput: '{ kind: LIKE, channel: IN_APP, enabled: true }',
}

function baseOf(type: IntrospectionTypeRef): { kind: string; name: string } {
  return 'ofType' in type && type.ofType ? baseOf(type.ofType as IntrospectionTypeRef) : (type as { kind: string; name: string })
}

/** A request for the field with whatever it needs. */
function requestFor(field: IntrospectionField): string {
  const needed = field.args.filter((arg) => arg.type.kind === 'NON_NULL').map((arg) => `${arg.name}: ${SAMPLES[baseOf(arg.type).name]}`)
  const selection = ['SCALAR', 'ENUM'].includes(baseOf(field.type as IntrospectionTypeRef).kind) ? '' : ' { __typename }'
  return `${field.name}${needed.length > 0 ? `(${needed.join(', ')})` : ''}${selection}`
}

async function everyRow(): Promise<unknown> {
  const tables = await nexus.sql<{ name: string }>(
    `select relname as name from pg_stat_user_tables where relname <> 'schema_migrations' order by 1`,
  )
  const counts = []
  for (const { name } of tables)
    counts.push([name, ...(await nexus.sql(`select count(*)::int as n, max(xmin::text::bigint) as newest from ${name}`))])
  return counts
}

it('is enough for nothing but the six mutations that do not look at the header; no row is written and no job made', async () => {
  const closed = fields.Mutation.filter((field) => !OPEN_MUTATIONS.includes(field.name))
  expect(closed.length).toBeGreaterThan(20)
  const before = await everyRow()
  for (const field of closed) {
    const { status, data, errors } = await nexus.gql(`mutation { ${requestFor(field)} }`)
    expect([field.name, status, data, errors?.[0].extensions]).toEqual([field.name, 200, null, { code: 'UNAUTHENTICATED' }])
  }
  expect(await everyRow()).toEqual(before)
})

it('is enough for the public queries alone', async () => {
  for (const field of fields.Query) {
    const { errors } = await nexus.gql(`{ ${requestFor(field)} }`)
    const expected = OPEN_QUERIES.includes(field.name) ? expect.not.stringMatching('UNAUTHENTICATED') : 'UNAUTHENTICATED'
    expect([field.name, errors?.[0].extensions.code ?? 'answered']).toEqual([field.name, expected])
  }
})

it('does the six mutations no harm: they are refused for their words alone', async () => {
  for (const field of fields.Mutation.filter(({ name }) => OPEN_MUTATIONS.includes(name))) {
    for (const token of [undefined, 'a forged one']) {
      const { errors } = await nexus.gql(`mutation { ${requestFor(field)} }`, { token })
      expect(errors?.[0].message ?? '').not.toMatch(/valid token|is expired, forged/)
    }
  }
})

it('is told of before bad input: a visitor learns nothing of what would be accepted', async () => {
  for (const query of [
    'mutation { createPost(content: "") { post { id } } }',
    'mutation { updateUser(bio: "a\\u0000") { user { id } } }',
    'mutation { followUser(userId: 1) { user { id } } }',
    '{ feed(first: 0) { id } }',
    '{ homeFeed(after: "nonsense") { edges { cursor } } }',
    '{ blockedUsers(first: 101) { edges { cursor } } }',
  ]) {
    expect([query, await nexus.refusal(query)]).toEqual([query, 'UNAUTHENTICATED'])
  }
})
