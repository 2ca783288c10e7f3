import {
  astFromValue,
  type GraphQLArgument,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  print,
} from 'graphql'
import type { RootFieldExtensions } from '../../src/api/graphql/builder.ts'
import { buildSchema } from '../../src/api/graphql/schema.ts'
import { code, page, table } from './page.ts'

export function describeGraphql(schema: GraphQLSchema = buildSchema()): string {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter((type) => type != null)
  const types = Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type) && !roots.some((root) => root === type))
    .sort((one, other) => one.name.localeCompare(other.name))
  return page(
    'GraphQL',
    1,
    'the schema that is served',
    INTRODUCTION,
    ...roots.map((root) => `## ${ROOTS[root.name] ?? root.name}\n\n${rootTable(Object.values(root.getFields()))}`),
    '## Types',
    ...types.map(describeType),
  )
}

const ROOTS: Record<string, string> = { Query: 'Queries', Mutation: 'Mutations', Subscription: 'Subscriptions' }

const INTRODUCTION = `\`POST /graphql\` with a JSON body of \`query\`, \`variables\` and \`operationName\`; a token goes into \`Authorization: Bearer …\`. The whole as SDL:
[/schema.graphql](/schema.graphql). Refusals and their codes: [refusals](../refusals.md). \`!\` is never null.`

const ASKERS: Record<RootFieldExtensions['access'], string> = {
  credentials: 'everybody; the header is not looked at',
  visitor: 'everybody',
  user: 'whoever is signed in',
  admin: 'administrators',
}

function rootTable(fields: GraphQLField<unknown, unknown>[]): string {
  const rows = fields
    .sort((one, other) => one.name.localeCompare(other.name))
    .map((field) => {
      const { access, limit } = field.extensions as unknown as Partial<RootFieldExtensions>
      const asker = `${access ? ASKERS[access] : 'whoever is signed in'}${limit && limit !== 'writes' ? `; limited as ${limit}` : ''}`
      return [code(signatureOf(field)), asker, field.description ?? '']
    })
  return table(['Field', 'Who may ask', 'What it answers or does'], rows)
}

function signatureOf(field: GraphQLField<unknown, unknown>): string {
  const args = field.args.map((arg) => `${arg.name}: ${arg.type}${defaultOf(arg)}`)
  return `${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}: ${field.type}`
}

function defaultOf({ defaultValue, type }: GraphQLArgument): string {
  const value = astFromValue(defaultValue, type)
  return value ? ` = ${print(value)}` : ''
}

function describeType(type: GraphQLNamedType): string {
  const parts = [`### ${type.name}`, ...(type.description ? [type.description] : [])]
  if (isObjectType(type))
    parts.push(fieldTable(Object.values(type.getFields()).map((field) => [code(signatureOf(field)), field.description ?? ''])))
  if (isInputObjectType(type))
    parts.push(
      fieldTable(Object.values(type.getFields()).map(({ name, type: of, description }) => [code(`${name}: ${of}`), description ?? ''])),
    )
  if (isEnumType(type)) parts.push(valuesOf(type))
  if (isScalarType(type) && !type.description) parts.push('A scalar.')
  return parts.join('\n\n')
}

const fieldTable = (rows: string[][]) => table(['Field', 'What it says'], rows)

function valuesOf(type: GraphQLEnumType): string {
  return `One of ${type
    .getValues()
    .map(({ name }) => code(name))
    .join(', ')}.`
}
