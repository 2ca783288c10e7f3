import {
  createSourceEventStream,
  type DocumentNode,
  execute,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { compileQuery, isCompiledQuery } from 'graphql-jit'
import { LRUCache } from 'lru-cache'
import { refuse } from '../../refusals.ts'
import { type Lifted, liftLiterals, type Shape, shapeOf } from './lift-literals.ts'
import { lookAhead } from './look-ahead.ts'
import { compileCost } from './operation-cost.ts'
import { limitDepth, limitText, TOKENS_MAX } from './operation-limits.ts'
import type { ExecutionAnswer, PreparedOperation } from './prepared-operation.ts'
import { type Placed, relocateErrors } from './relocate-errors.ts'
import { type CompileWritten, openWriting } from './write-operation.ts'

/** Compiled operations kept, by their name and text: clients send the same ones again and again. */
const PREPARED_MAX = 1000
/** Texts longer than this are not kept, so that nobody fills the memory with them. */
const PREPARED_TEXT_LENGTH_MAX = 20_000
const VALIDATION_ERRORS_MAX = 10
/** How often an operation is interpreted before it is worth compiling. */
const INTERPRETED_RUNS = 1
/** Fields, fragments spread out, above which an operation is always interpreted: compiling one of thousands would block everybody. */
const COMPILED_FIELDS_MAX = 500

/** What does not fit the schema: all that is wrong with it, each with its place in the text. */
export class InvalidQuery extends Error {
  readonly refusal: 'query.parse-failed' | 'query.invalid'
  readonly errors: readonly GraphQLError[]

  constructor(refusal: InvalidQuery['refusal'], errors: readonly GraphQLError[]) {
    super(errors[0]?.message ?? 'invalid')
    this.refusal = refusal
    this.errors = errors
  }
}

export interface PreparationOptions {
  introspection: boolean
  /** Whether what is plain is written as text (write-operation.ts); else all is executed field by field. */
  writing?: boolean
}

export type PrepareOperation = (text: string, operationName: string | undefined) => PreparedOperation

/**
 * Makes the function that parses, validates and limits an operation, and keeps the result, soon compiled, by operation name and text. Texts that
 * differ in their literals alone are one operation with other values, so that a client that writes its ids into the text costs no more.
 */
export function openPreparation(schema: GraphQLSchema, options: PreparationOptions): PrepareOperation {
  const prepared = new LRUCache<string, Kept>({ max: PREPARED_MAX })
  const compilers: Compilers = { schema, compileWritten: options.writing === false ? () => undefined : openWriting(schema) }
  const rules = options.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule]

  return (text, operationName) => {
    const asked = { text, ...shapeOf(text) }
    const known =
      prepared.get(`${operationName ?? ''}\0${asked.shape}`)?.(asked) ?? prepared.get(`${operationName ?? ''}\0${text}`)?.(asked)
    if (known) return known
    const document = parseWithin(text)
    limitText(document)
    const errors = validate(schema, document, rules, { maxErrors: VALIDATION_ERRORS_MAX })
    if (errors.length > 0) throw new InvalidQuery('query.invalid', errors)
    const operation = chooseOperation(schema, document, operationName)
    limitDepth(document, operation)
    const lifted = asked.literals.length > 0 ? liftLiterals(schema, document, operation, asked.literals) : undefined
    const kept = lifted ? keepShape(compilers, lifted, asked) : keepText(makeRunner(compilers, document, operation))
    if (text.length <= PREPARED_TEXT_LENGTH_MAX) prepared.set(`${operationName ?? ''}\0${lifted ? asked.shape : text}`, kept)
    return kept(asked) ?? makeRunner(compilers, document, operation)
  }
}

interface Compilers {
  schema: GraphQLSchema
  compileWritten: CompileWritten
}

/** What is kept of an operation: makes it one for this text, unless a literal of it does not fit. */
type Kept = (asked: AskedText) => PreparedOperation | undefined
type AskedText = Placed & Shape

function keepText(operation: PreparedOperation): Kept {
  return () => operation
}

function keepShape(compilers: Compilers, { document, operation, valuesOf }: Lifted, first: AskedText): Kept {
  const runner = makeRunner(compilers, document, operation)
  return (asked) => {
    const values = valuesOf(asked.literals)
    if (!values) return undefined
    const relocated = (answer: ExecutionAnswer) =>
      answer.errors && asked.text !== first.text ? { ...answer, errors: relocateErrors(answer.errors, first, asked) } : answer
    return {
      kind: runner.kind,
      label: runner.label,
      document: runner.document,
      cost: (variables) => runner.cost({ ...variables, ...values }),
      run: (rootValue, context, variables) => {
        const answer = runner.run(rootValue, context, { ...variables, ...values })
        return answer instanceof Promise ? answer.then(relocated) : relocated(answer)
      },
      listen: (context, variables) => runner.listen(context, { ...variables, ...values }),
    }
  }
}

function parseWithin(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: TOKENS_MAX })
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    if (error.message.includes(`more that ${TOKENS_MAX} tokens`) || error.message.includes(`more than ${TOKENS_MAX} tokens`)) {
      throw refuse('query.too-complex', { sentence: `A query may have ${TOKENS_MAX} tokens.` })
    }
    throw new InvalidQuery('query.parse-failed', [error])
  }
}

function chooseOperation(schema: GraphQLSchema, document: DocumentNode, operationName: string | undefined): OperationDefinitionNode {
  const operation = getOperationAST(document, operationName)
  // Validation passes over an operation of a kind that the schema does not have.
  if (operation && !schema.getRootType(operation.operation)) {
    throw new InvalidQuery('query.invalid', [new GraphQLError(`There is no ${operation.operation} here.`, { nodes: operation })])
  }
  if (operation) return operation
  const sentence = operationName
    ? `The text has no operation named "${operationName}".`
    : 'The text has several operations: name one as operationName.'
  throw new InvalidQuery('query.invalid', [new GraphQLError(sentence)])
}

// Compiling costs some milliseconds and grows with the text, so it is done for what comes again, and only when its cost was accepted.
// A mutation is never compiled: when one of its fields is refused, the compiled form goes on with those after it, and answers null.
function makeRunner(compilers: Compilers, document: DocumentNode, operation: OperationDefinitionNode): PreparedOperation {
  const { schema } = compilers
  const operationName = operation.name?.value
  const fields = compileCost(schema, document, operation, { lists: 'count-once' })({})
  const mayBeCompiled = operation.operation !== 'mutation' && fields <= COMPILED_FIELDS_MAX
  let runs = 0
  let compiled: PreparedOperation['run'] | undefined

  return {
    kind: operation.operation,
    label: labelOf(document, operation),
    document,
    cost: compileCost(schema, document, operation),
    run: (rootValue, contextValue, variableValues) => {
      runs += 1
      if (!compiled && mayBeCompiled && runs > INTERPRETED_RUNS) compiled = compile(compilers, document, operation)
      if (compiled) return compiled(rootValue, contextValue, variableValues)
      return execute({ schema, document, rootValue, contextValue, variableValues, operationName: operationName ?? null })
    },
    listen: (contextValue, variableValues) =>
      createSourceEventStream({ schema, document, contextValue, variableValues, operationName: operationName ?? null }),
  }
}

function labelOf(document: DocumentNode, { operation, selectionSet }: OperationDefinitionNode): string {
  let [first] = selectionSet.selections
  // Validation has seen to it that fragments are there, and in no circle.
  while (first && first.kind !== Kind.FIELD) {
    const name = first.kind === Kind.FRAGMENT_SPREAD ? first.name.value : undefined
    const spread = document.definitions.find((each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === name)
    const inside = first.kind === Kind.INLINE_FRAGMENT ? first : (spread as FragmentDefinitionNode | undefined)
    first = inside?.selectionSet.selections[0]
  }
  return `${operation} ${first?.name.value ?? ''}`
}

function compile(
  { schema, compileWritten }: Compilers,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): PreparedOperation['run'] {
  const written = compileWritten(document, operation)
  if (written) return written
  const compiled = compileQuery(schema, document, operation.name?.value, { resolverInfoEnricher: lookAhead })
  if (!isCompiledQuery(compiled)) throw new InvalidQuery('query.invalid', compiled.errors ?? [])
  return compiled.query as PreparedOperation['run']
}
