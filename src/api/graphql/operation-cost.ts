import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'
import { PAGE_SIZE_MAX } from '../../domain/input/page-rules.ts'
import { refuse } from '../../refusals.ts'
import { fragmentsOf } from './operation-limits.ts'

const COST_MAX = 20_000

type Variables = Readonly<Record<string, unknown>>
type Cost = (variables: Variables) => number
/** A cost under way: what of it is known already, so that fragments that double with each level are added up once each. */
interface Sum {
  variables: Variables
  known: Map<SelectionSetNode, number>
}
type Part = (sum: Sum) => number

/**
 * Makes, once an operation, the function that answers its cost: a field costs 1, or what it says itself, times the `first` (given, by variable,
 * or default) of every list around it. Introspection costs nothing; it is bounded by depth and by the schema. With lists counted once it is the
 * number of fields, fragments spread out.
 */
export function compileCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  { lists = 'multiply' }: { lists?: 'multiply' | 'count-once' } = {},
): Cost {
  const fragments = fragmentsOf(document)
  const defaults = new Map(
    (operation.variableDefinitions ?? []).map((definition) => [definition.variable.name.value, definition.defaultValue]),
  )
  const parts = new Map<SelectionSetNode, Part>()

  function costOfSelections(type: GraphQLObjectType, selections: SelectionSetNode): Part {
    const before = parts.get(selections)
    if (before) return before
    const costs = selections.selections.map((selection): Part => {
      if (selection.kind === Kind.FIELD) return costOfField(type, selection)
      const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : fragments.get(selection.name.value)?.selectionSet
      return inner ? costOfSelections(type, inner) : () => 0
    })
    const part: Part = (sum) => {
      const known = sum.known.get(selections) ?? costs.reduce((cost, each) => cost + each(sum), 0)
      sum.known.set(selections, known)
      return known
    }
    parts.set(selections, part)
    return part
  }

  function costOfField(type: GraphQLObjectType, field: FieldNode): Part {
    const definition = type.getFields()[field.name.value]
    if (!definition) return () => 0
    const below = getNamedType(definition.type)
    const inner = field.selectionSet && isObjectType(below) ? costOfSelections(below, field.selectionSet) : undefined
    if (!inner) return () => 1
    const declared = definition.args.find((arg) => arg.name === 'first')
    if (lists === 'count-once') return (sum) => 1 + inner(sum)
    const own = Number(definition.extensions.costs ?? 1)
    if (!declared) return (sum) => own + lengthOf(definition) * inner(sum)
    const given = field.arguments?.find((argument) => argument.name.value === 'first')?.value
    const first = readFirst(given, Number(declared.defaultValue ?? 1), defaults)
    return (sum) => own + first(sum.variables) * inner(sum)
  }

  const root = { query: schema.getQueryType(), mutation: schema.getMutationType(), subscription: schema.getSubscriptionType() }[
    operation.operation
  ]
  if (!root) return () => 0
  const whole = costOfSelections(root, operation.selectionSet)
  const cost: Cost = (variables) => whole({ variables, known: new Map() })
  return isConstant(operation) ? constant(cost({})) : cost
}

/** @throws QUERY_TOO_COMPLEX above 20,000 */
export function limitCost(cost: number): void {
  if (cost <= COST_MAX) return
  const said = Number.isFinite(cost) ? cost.toLocaleString('en') : 'far more'
  throw refuse('query.too-complex', {
    sentence: `A query may cost ${COST_MAX.toLocaleString('en')}; this one costs ${said}. Ask for fewer, or smaller lists.`,
  })
}

/** What is not asked for by `first` may say in its `extensions` as how long it counts. */
function lengthOf(field: GraphQLField<unknown, unknown>): number {
  return Number(field.extensions.countsAs ?? 1)
}

// A `first` out of its bounds is refused by the field itself; here it only must not make a query look cheap.
function readFirst(given: ValueNode | undefined, byDefault: number, defaults: Map<string, ValueNode | undefined>): Cost {
  if (given === undefined || given.kind === Kind.NULL) return () => byDefault
  if (given.kind === Kind.INT) return constant(bounded(Number(given.value)))
  if (given.kind !== Kind.VARIABLE) return constant(PAGE_SIZE_MAX)
  const name = given.name.value
  const declared = defaults.get(name)
  const fallback = declared?.kind === Kind.INT ? Number(declared.value) : byDefault
  return (variables) => {
    const value = variables[name]
    if (value === undefined) return bounded(fallback)
    return typeof value === 'number' ? bounded(value) : byDefault
  }
}

function bounded(first: number): number {
  return Math.min(Math.max(first, 1), PAGE_SIZE_MAX)
}

function isConstant(operation: OperationDefinitionNode): boolean {
  return (operation.variableDefinitions ?? []).length === 0
}

function constant(value: number): Cost {
  return () => value
}
