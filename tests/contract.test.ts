import { readFile } from 'node:fs/promises'
import {
  buildClientSchema,
  buildSchema,
  type GraphQLArgument,
  type GraphQLSchema,
  getIntrospectionQuery,
  isEnumType,
  isObjectType,
  printType,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Nexus, startNexus } from './cast.ts'

/**
 * What the contract has and the server does not have yet. Whoever builds one of these takes it off this list: a name that is here and
 * served fails as much as one that is neither. A type stands for all that is in it.
 */
const NOT_BUILT_YET: string[] = []

let nexus: Nexus
let contract: Map<string, string>
const served: Record<string, Map<string, string>> = {}

beforeAll(async () => {
  nexus = await startNexus({ roles: ['api'] })
  contract = signaturesOf(buildSchema(await readFile(new URL('contract.graphql', import.meta.url), 'utf8')))
  served['the SDL at /schema.graphql'] = signaturesOf(buildSchema(await (await fetch(`${nexus.url}/schema.graphql`)).text()))
  served.introspection = signaturesOf(buildClientSchema(await nexus.ask(getIntrospectionQuery())))
})
afterAll(() => nexus.close())

/** Every type, field, argument and word of an enumeration by its name, and what it is: its kind, or its type with its default. */
function signaturesOf(schema: GraphQLSchema): Map<string, string> {
  const signatures = new Map<string, string>()
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    signatures.set(type.name, printType(type).match(/^(?:"""[\s\S]*?"""\n)?(\w+)/)?.[1] ?? '')
    if (isEnumType(type)) for (const { name } of type.getValues()) signatures.set(`${type.name}.${name}`, 'word')
    if (!isObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      signatures.set(`${type.name}.${field.name}`, String(field.type))
      for (const arg of field.args) signatures.set(`${type.name}.${field.name}(${arg.name}:)`, signatureOf(arg))
    }
  }
  return signatures
}

function signatureOf(arg: GraphQLArgument): string {
  return arg.defaultValue === undefined ? String(arg.type) : `${arg.type} = ${JSON.stringify(arg.defaultValue)}`
}

function isNotBuiltYet(name: string): boolean {
  return NOT_BUILT_YET.some((missing) => name === missing || name.startsWith(`${missing}.`) || name.startsWith(`${missing}(`))
}

describe.each(['the SDL at /schema.graphql', 'introspection'])('%s', (where) => {
  it('says everything of the contract with its names, arguments, types, nullability and defaults, but what is not built yet', () => {
    const wanted = [...contract].filter(([name]) => !isNotBuiltYet(name))
    expect(wanted.length).toBeGreaterThan(200)
    const found = wanted.map(([name]) => [name, served[where]?.get(name) ?? 'is missing'])
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted))
  })

  it('does not have what is said not to be built yet', () => {
    expect(NOT_BUILT_YET.filter((name) => served[where]?.has(name))).toEqual([])
  })

  it('asks nothing of a client that the contract does not know: what it adds to a field of the contract may be left out', () => {
    const needed = [...(served[where] ?? [])].filter(
      ([name, signature]) => name.endsWith(':)') && signature.endsWith('!') && !contract.has(name),
    )
    const ofContract = needed.filter(([name]) => contract.has(name.slice(0, name.indexOf('('))))
    expect(ofContract).toEqual([])
  })
})

it('the list of what is not built yet names only what the contract has', () => {
  expect(NOT_BUILT_YET.filter((name) => !contract.has(name))).toEqual([])
})
