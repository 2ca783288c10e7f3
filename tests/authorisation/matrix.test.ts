import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAccessTokens } from '../../src/domain/accounts/access-tokens.ts'
import { MATRIX } from './matrix.ts'
import { PUBLIC_FIELDS } from './public-fields.ts'
import type { Outcome, Row } from './row.ts'
import { openTheatre, type Theatre, WHO, type Who } from './stage.ts'

let theatre: Theatre
beforeAll(async () => {
  theatre = await openTheatre()
})
afterAll(() => theatre.nexus.close())

const [mutations, reads] = [MATRIX.filter(isMutation), MATRIX.filter((row) => !isMutation(row))]

function isMutation({ name }: Row): boolean {
  return name.startsWith('Mutation.')
}

describe('what nobody, a stranger, somebody blocked, the owner, an admin and the token of a deleted user get', () => {
  it.each(mutations.map((row) => [row.name, row] as const))('%s', async (_, row) => {
    const outcomes: Partial<Record<Who, string>> = {}
    for (const who of WHO) outcomes[who] = await write(row, who)
    expect(outcomes).toEqual(row.outcomes)
  })

  it.each(reads.map((row) => [row.name, row] as const))('%s', async (_, row) => {
    const outcomes: Partial<Record<Who, string>> = {}
    for (const who of WHO) await theatre.keepStage(who)
    const sums = await theatre.checksums()
    for (const who of WHO) outcomes[who] = await read(row, who)
    expect(outcomes).toEqual(row.outcomes)
    expect(changedTables(sums, await theatre.checksums())).toEqual([])
  })
})

async function write({ ask, before }: Row, who: Who): Promise<Outcome | string> {
  const { nexus } = theatre
  const stage = await theatre.setStage(who)
  if (before) await nexus.sql(before, [stage.actorId, stage.owner.id])
  const sums = await theatre.checksums()
  const { errors } = await nexus.gql(`mutation { ${ask(stage)} }`, { token: stage.token })
  const changed = changedTables(sums, await theatre.checksums())
  if (errors) return `${errors[0].extensions.code}${changed.length > 0 ? `, but ${changed} changed` : ''}`
  return changed.length > 0 ? 'changes' : 'nothing'
}

async function read({ ask, pick }: Row, who: Who): Promise<Outcome | string> {
  const stage = await theatre.keepStage(who)
  const { data, errors } = await theatre.nexus.gql(`{ ${ask(stage)} }`, { token: stage.token })
  if (errors) return errors[0].extensions.code
  return (pick(data, stage) ?? null) === null ? 'null' : 'shown'
}

function changedTables(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...after].filter(([name, sum]) => before.get(name) !== sum).map(([name]) => name)
}

interface IntrospectedType {
  name: string
  kind: string
  ofType: IntrospectedType | null
  fields: { name: string; args: { name: string; type: IntrospectedType }[] }[] | null
}

async function readTypes(): Promise<IntrospectedType[]> {
  const type = 'kind name ofType { kind name ofType { kind name ofType { kind name } } }'
  const { __schema } = await theatre.nexus.ask(`{ __schema { types { name kind fields { name args { name type { ${type} } } } } } }`)
  return __schema.types.filter(({ name, kind }: IntrospectedType) => kind === 'OBJECT' && !name.startsWith('__'))
}

it('has a row for every field of Query and Mutation, and for every field of a type that is not for all who see the thing', async () => {
  const rows = new Set(MATRIX.map(({ name }) => name.split(':')[0]))
  const unjudged = (await readTypes()).flatMap((type) => {
    const open = new Set(
      PUBLIC_FIELDS[type.name]?.split(/\s+/) ?? (/(Connection|Edge)$/.test(type.name) ? ['edges', 'pageInfo', 'cursor', 'node'] : []),
    )
    return (type.fields ?? [])
      .map(({ name }) => name)
      .filter((name) => !open.has(name) && !rows.has(`${type.name}.${name}`))
      .map((name) => `${type.name}.${name}`)
  })
  expect(unjudged).toEqual([])
})

it('asks for a token before it looks at what was sent, whatever is wrong with either', async () => {
  const { nexus, erased, tokens } = theatre
  const types = await readTypes()
  const credentials = new Set(['createUser', 'login', 'refreshToken', 'requestPasswordReset', 'resetPassword', 'verifyEmail'])
  const mutations = types.find(({ name }) => name === 'Mutation')!.fields!.filter(({ name }) => !credentials.has(name))
  const visitor = ['nobody', undefined] as const
  const invalid = [
    ['forged', await openAccessTokens('not the secret of this server, but as long').issue({ userId: 1, sessionId: crypto.randomUUID() })],
    ['of no session', await tokens.issue({ userId: 1, sessionId: crypto.randomUUID() })],
    ['of somebody of whom no row is left', erased.token],
    ['no token', 'words'],
  ] as const
  const sums = await theatre.checksums()
  const outcomes: Record<string, string> = {}
  for (const [whose, token] of [visitor, ...invalid]) {
    for (const { name, args } of mutations) {
      const given = args.map((arg) => `${arg.name}: ${nonsenseOf(arg.type)}`).join(', ')
      const code = await nexus.refusal(`mutation { ${name}${given && `(${given})`} ${name in SCALAR ? '' : '{ __typename }'} }`, token)
      if (code !== 'UNAUTHENTICATED') outcomes[`${name}, ${whose}`] = String(code)
    }
  }
  for (const [whose, token] of invalid)
    for (const query of ['me { id }', 'publicFeed { edges { cursor } }', 'user(id: 1) { id }', 'post(id: 1) { id }', 'feed { id }'])
      outcomes[`${query}, ${whose}`] = String(await nexus.refusal(`{ ${query} }`, token))
  expect(Object.entries(outcomes).filter(([, code]) => code !== 'UNAUTHENTICATED')).toEqual([])
  expect(changedTables(sums, await theatre.checksums())).toEqual([])
})

// Those that answer with a plain value.
const SCALAR = Object.fromEntries(
  ['logout', 'deleteUser', 'deletePost', 'deleteComment', 'report', 'markNotificationsRead']
    .concat('resolveReports', 'dismissReports', 'disconnectApp', 'retryJobs', 'discardJobs')
    .map((name) => [name, true]),
)

function nonsenseOf(type: IntrospectedType): string {
  if (type.kind === 'NON_NULL' && type.ofType) return nonsenseOf(type.ofType)
  if (type.kind === 'LIST') return '[]'
  if (type.kind === 'ENUM') return 'PUBLIC'
  return { Int: '-1', Boolean: 'true' }[type.name] ?? '""'
}
