import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLFieldConfig,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  getNamedType,
  isLeafType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
} from 'graphql'
import { compileQuery, isCompiledQuery } from 'graphql-jit'
import type { RequestContext } from '../request-context.ts'
import { openKeptTexts } from './kept-texts.ts'
import { lookAhead } from './look-ahead.ts'
import { fragmentsOf } from './operation-limits.ts'
import { collectFields, compileWriter, type Selections, type Write } from './plain-selections.ts'
import type { ExecutionAnswer, PreparedOperation } from './prepared-operation.ts'
import { Written } from './written-answer.ts'

type Run = PreparedOperation['run']
type RootField = GraphQLField<unknown, RequestContext>

/** Compiles a query of which something can be written as text; undefined for every other operation. */
export type CompileWritten = (document: DocumentNode, operation: OperationDefinitionNode) => Run | undefined

/**
 * Makes the function that compiles queries so that their plain root fields (plain-selections.ts) answer text. Each still has its arguments, its guard, its
 * resolver and its errors: what replaces it is a field of its own with the same resolver, whose value is complete with what that answers.
 * When something has not come along that the text needs, the values that are there are completed as ever.
 */
export function openWriting(schema: GraphQLSchema): CompileWritten {
  const twofold = addTwins(schema)
  const texts = openKeptTexts()

  return (document, operation) => {
    const query = schema.getQueryType()
    if (!query || operation.operation !== 'query' || (operation.directives ?? []).length > 0) return undefined
    const selections: Selections = { schema, fragments: fragmentsOf(document), texts }
    const asked = new Map<string, FieldNode[]>()
    if (!collectFields(selections, query, operation.selectionSet, asked, new Set())) return undefined
    const writers = new Map<string, Write>()
    for (const [key, nodes] of asked) {
      const field = query.getFields()[nodes[0]?.name.value ?? '']
      const writer = field && !isLeafType(getNamedType(field.type)) ? compileWriter(selections, field.type, nodes) : undefined
      if (writer) writers.set(key, writer.write)
    }
    return writers.size === 0 ? undefined : makeRun(twofold, document, operation, asked, writers)
  }
}

function makeRun(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  asked: ReadonlyMap<string, FieldNode[]>,
  writers: ReadonlyMap<string, Write>,
): Run {
  const compile = (nodes: FieldNode[]) => {
    const selectionSet = { ...operation.selectionSet, selections: nodes }
    const definitions = document.definitions.map((each) => (each === operation ? { ...operation, selectionSet } : each))
    return compileWith(schema, { ...document, definitions }, operation, writers)
  }
  const twins = (prefix: string) => (key: string) => (asked.get(key) ?? []).map((node) => twinOf(node, prefix))
  const written = compile([...asked].flatMap(([key, nodes]) => (writers.has(key) ? twins(WRITTEN)(key) : nodes)))
  let completed: Run | undefined

  const finish = (answer: ExecutionAnswer, context: RequestContext, variables: Record<string, unknown>) => {
    const data = answer.data as Record<string, unknown> | null | undefined
    if (!data || !isUnwritten(data, writers)) return answer
    completed ??= compile([...writers.keys()].flatMap(twins(COMPLETED)))
    const values = Object.fromEntries([...writers.keys()].map((key) => [key, data[key] instanceof Written ? data[key].value : null]))
    const rest = completed(values, context, variables)
    return rest instanceof Promise ? rest.then((done) => join(answer, done)) : join(answer, rest)
  }
  return (rootValue, context, variables) => {
    const answer = written(rootValue, context, variables)
    return answer instanceof Promise ? answer.then((each) => finish(each, context, variables)) : finish(answer, context, variables)
  }
}

function compileWith(
  schema: GraphQLSchema,
  document: DocumentNode,
  { name }: OperationDefinitionNode,
  writers: ReadonlyMap<string, Write>,
): Run {
  const compiled = compileQuery(schema, document, name?.value, {
    resolverInfoEnricher: (info) => {
      const [node] = info.fieldNodes
      return { ...lookAhead(info), write: node && writers.get((node.alias ?? node.name).value) }
    },
  })
  if (!isCompiledQuery(compiled)) throw new Error('a query that is valid was not when its plain fields were replaced')
  return compiled.query as Run
}

function isUnwritten(data: Record<string, unknown>, writers: ReadonlyMap<string, Write>): boolean {
  for (const key of writers.keys()) if (data[key] instanceof Written && data[key].text === undefined) return true
  return false
}

/** The first with what the second has completed, in the order of the first. */
function join(first: ExecutionAnswer, { data, errors = [] }: ExecutionAnswer): ExecutionAnswer {
  const together = [...(first.errors ?? []), ...errors]
  const joined = data ? { ...(first.data as object), ...data } : null
  return together.length > 0 ? { data: joined, errors: together } : { data: joined }
}

const WRITTEN = 'written_'
const COMPLETED = 'completed_'

function twinOf(node: FieldNode, prefix: string): FieldNode {
  const name = { ...node.name, value: prefix + node.name.value }
  const twin = { ...node, name, alias: node.alias ?? { ...node.name, kind: Kind.NAME } }
  // What was resolved already is asked for without arguments.
  return prefix === COMPLETED ? { ...twin, arguments: [] } : twin
}

/** The schema with two more of each field of Query: one that answers it as text, and one that completes what it was resolved to. */
function addTwins(schema: GraphQLSchema): GraphQLSchema {
  const query = schema.getQueryType()
  if (!query) return schema
  const { fields, ...rest } = query.toConfig()
  const twins = Object.values(query.getFields()).map((field: RootField): typeof fields => {
    const config = fields[field.name] as GraphQLFieldConfig<unknown, RequestContext>
    return {
      [WRITTEN + field.name]: { ...config, type: isNonNullType(field.type) ? WrittenNonNull : WrittenType, resolve: writeResolved(field) },
      [COMPLETED + field.name]: { type: field.type, resolve: (values, _args, _request, info) => values[info.path.key] },
    }
  })
  const twofold = new GraphQLObjectType({ ...rest, fields: Object.assign({}, fields, ...twins) })
  const { types, ...config } = schema.toConfig()
  return new GraphQLSchema({ ...config, query: twofold, types: types.filter((type) => type !== query) })
}

const WrittenType = new GraphQLScalarType({ name: 'Written', serialize: (value) => value })
const WrittenNonNull = new GraphQLNonNull(WrittenType)

function writeResolved({ resolve }: RootField): NonNullable<RootField['resolve']> {
  return (source, args, request, info) => {
    const { write } = info as { write?: Write }
    const value = resolve?.(source, args, request, info)
    return value instanceof Promise ? value.then((each) => writeValue(each, request, write)) : writeValue(value, request, write)
  }
}

function writeValue(value: unknown, request: RequestContext, write: Write | undefined): unknown {
  if (value === undefined || value === null || value instanceof Error) return value
  try {
    return new Written(value, write?.(value, request))
  } catch {
    return new Written(value, undefined) // execution meets the same, and tells it with its place
  }
}
