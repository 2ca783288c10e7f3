import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql'
import type { RequestContext } from '../request-context.ts'
import type { KeptTexts } from './kept-texts.ts'
import { plainValueOf } from './plain-fields.ts'

/** Makes JSON of a value; undefined when it cannot, for whatever reason: then the value is completed as ever. */
export type Write = (value: unknown, request: RequestContext) => string | undefined

interface Writer {
  write: Write
  /** Whether it writes the same for whoever asks. */
  isEverybodys: boolean
}

/** Where selections are compiled in: the schema, the fragments of the operation, and what is kept of rows. */
export interface Selections {
  schema: GraphQLSchema
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  texts: KeptTexts
}

/**
 * The writer of what is asked for below a field; undefined unless all of it is plain or at hand. It writes what execution and JSON.stringify
 * would make, without resolvers, promises or objects in between; what a kept row says to everybody is written once, and kept with it.
 */
export function compileWriter(selections: Selections, type: GraphQLOutputType, nodes: readonly FieldNode[]): Writer | undefined {
  if (isNonNullType(type)) {
    const inner = compileWriter(selections, type.ofType, nodes)
    return inner && { ...inner, write: (value, request) => (value === null ? undefined : inner.write(value, request)) }
  }
  const inner = compileNullable(selections, type, nodes)
  return inner && { ...inner, write: (value, request) => (value === null ? 'null' : inner.write(value, request)) }
}

function compileNullable(selections: Selections, type: GraphQLOutputType, nodes: readonly FieldNode[]): Writer | undefined {
  if (isListType(type)) return compileList(compileWriter(selections, type.ofType, nodes))
  if (isLeafType(type)) return { write: leafWriter(type), isEverybodys: true }
  return isObjectType(type) && !type.isTypeOf ? compileObject(selections, type, nodes) : undefined
}

function leafWriter(type: GraphQLLeafType): Write {
  return (value) => {
    const serialized = type.serialize(value)
    return serialized === null ? undefined : JSON.stringify(serialized)
  }
}

function compileList(item: Writer | undefined): Writer | undefined {
  if (!item) return undefined
  const write: Write = (value, request) => {
    if (!Array.isArray(value)) return undefined
    let text = '['
    for (let place = 0; place < value.length; place += 1) {
      const each: unknown = value[place]
      const written = isAtHand(each) ? item.write(each, request) : undefined
      if (written === undefined) return undefined
      text += place === 0 ? written : `,${written}`
    }
    return `${text}]`
  }
  return { write, isEverybodys: item.isEverybodys }
}

function compileObject(selections: Selections, type: GraphQLObjectType, nodes: readonly FieldNode[]): Writer | undefined {
  const asked = new Map<string, FieldNode[]>()
  const seen = new Set<string>()
  if (!nodes.every(({ selectionSet }) => collectFields(selections, type, selectionSet, asked, seen))) return undefined
  const made: Part[] = []
  for (const [key, fields] of asked) {
    const writer = compileField(selections, type, fields)
    if (!writer) return undefined
    made.push(`${made.length === 0 ? '{' : ','}${JSON.stringify(key)}:`, writer)
  }
  return joinParts([...made, '}'], selections.texts)
}

/** The fields below a selection by the name under which they are answered, in their order. False where a directive decides. */
export function collectFields(
  selections: Pick<Selections, 'schema' | 'fragments'>,
  type: GraphQLObjectType,
  selectionSet: SelectionSetNode | undefined,
  asked: Map<string, FieldNode[]>,
  seen: Set<string>,
): boolean {
  for (const selection of selectionSet?.selections ?? []) {
    if (selection.directives && selection.directives.length > 0) return false
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value
      asked.set(key, [...(asked.get(key) ?? []), selection])
      continue
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      if (seen.has(selection.name.value)) continue
      seen.add(selection.name.value)
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : selections.fragments.get(selection.name.value)
    if (!fragment) return false
    const condition = fragment.typeCondition && typeFromAST(selections.schema, fragment.typeCondition)
    if (condition && condition !== type) return false
    if (!collectFields(selections, type, fragment.selectionSet, asked, seen)) return false
  }
  return true
}

function compileField(selections: Selections, type: GraphQLObjectType, nodes: readonly FieldNode[]): Writer | undefined {
  const name = nodes[0]?.name.value ?? ''
  if (name === '__typename') return { write: () => JSON.stringify(type.name), isEverybodys: true }
  const field = type.getFields()[name]
  const plain = field && plainValueOf(field)
  const below = plain && compileWriter(selections, field.type, nodes)
  if (!below) return undefined
  const write: Write = (row, request) => {
    const value = plain.value(row, request)
    return isAtHand(value) ? below.write(value, request) : undefined
  }
  return { write, isEverybodys: plain.isEverybodys && below.isEverybodys }
}

/** What has yet to come, or went wrong, execution waits for and tells. */
function isAtHand(value: unknown): boolean {
  return value !== undefined && !(value instanceof Promise) && !(value instanceof Error)
}

/** Text as it stands, or what writes it. */
type Part = string | Writer

// What is everybody's is written in one go up to the next that is not: with a row that is kept, once.
function joinParts(parts: readonly Part[], texts: KeptTexts): Writer {
  const everybodys: Part[][] = [[]]
  const others: Write[] = []
  for (const part of parts) {
    if (typeof part === 'string' || part.isEverybodys) everybodys.at(-1)?.push(part)
    else {
      others.push(part.write)
      everybodys.push([])
    }
  }
  const write: Write = (row, request) => {
    const known = texts.recall(row as object, write) ?? writeEverybodys(row, request)
    if (known === undefined) return undefined
    let text = known[0] as string
    for (let place = 0; place < others.length; place += 1) {
      const other = others[place]?.(row, request)
      if (other === undefined) return undefined
      text += other + known[place + 1]
    }
    return text
  }

  function writeEverybodys(row: unknown, request: RequestContext): readonly string[] | undefined {
    const written: string[] = []
    for (const run of everybodys) {
      const text = run.map((part) => (typeof part === 'string' ? part : part.write(row, request)))
      if (text.includes(undefined)) return undefined
      written.push(text.join(''))
    }
    texts.keep(row as object, write, written)
    return written
  }

  return { write, isEverybodys: others.length === 0 }
}
