import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  Kind,
  type OperationDefinitionNode,
  parseType,
  specifiedScalarTypes,
  TypeInfo,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql'

/** A number or a string that a client wrote into the text, where others write a variable. */
export interface Literal {
  at: number
  length: number
  kind: 'int' | 'string'
  value: string
}

/** A text apart from its literals: texts of one shape are one operation with other values. */
export interface Shape {
  shape: string
  literals: Literal[]
}

// Strings without escapes, and integers after a colon. What makes it hard to tell where a string ends, comments and block strings and
// escapes, leaves the text as it is.
const LITERALS = /"""|#|"([^"\\\n\r\ud800-\udfff]*)"|:\s*(-?(?:0|[1-9]\d*))(?![\w.])|["\0]/g

/** Takes the literals out of a text, without parsing it. */
export function shapeOf(text: string): Shape {
  const literals: Literal[] = []
  let shape = ''
  let end = 0
  for (const found of text.matchAll(LITERALS)) {
    const [whole, string, int] = found
    const value = string ?? int
    if (value === undefined) return { shape: text, literals: [] }
    const length = int === undefined ? whole.length : int.length
    const at = found.index + whole.length - length
    const kind = int === undefined ? 'string' : 'int'
    literals.push({ at, length, kind, value })
    shape += `${text.slice(end, at)}\0${kind}`
    end = at + length
  }
  return { shape: shape + text.slice(end), literals }
}

/** An operation with variables in the place of its literals. */
export interface Lifted {
  document: DocumentNode
  operation: OperationDefinitionNode
  /** The values of these literals, which another text of the same shape brought; undefined where one does not fit its type. */
  valuesOf(literals: readonly Literal[]): Record<string, string | number> | undefined
}

/**
 * Makes variables of the literals of a text that was found valid, so that every text of its shape is. Undefined when one of them must stay, since
 * what is valid would depend on its value: in directives, defaults, input objects, and where two fields answer under one name.
 */
export function liftLiterals(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  literals: readonly Literal[],
): Lifted | undefined {
  const places = new Map(literals.map(({ at }, index) => [at, index]))
  const ambiguous = namesAnsweredTwice(document)
  const definitions: VariableDefinitionNode[] = []
  const types = literals.map(() => '')
  const typeInfo = new TypeInfo(schema)
  const lifted: DocumentNode = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: (field) => (ambiguous.has((field.alias ?? field.name).value) ? false : undefined),
      Directive: () => false,
      Argument: (argument) => {
        const index = places.get(argument.value.loc?.start ?? -1)
        const type = typeInfo.getArgument()?.type
        if (index === undefined || !type || !isLiftable(type, literals[index]?.kind)) return undefined
        types[index] = String(getNullableType(type))
        const variable = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: nameOf(index) } } as const
        definitions.push({ kind: Kind.VARIABLE_DEFINITION, variable, type: parseType(String(type)) })
        return { ...argument, value: variable }
      },
    }),
  )
  if (definitions.length < literals.length || declaresOurs(operation)) return undefined
  const place = document.definitions.indexOf(operation)
  const before = lifted.definitions[place] as OperationDefinitionNode
  const made = { ...before, variableDefinitions: [...(before.variableDefinitions ?? []), ...definitions] }
  return {
    document: { ...lifted, definitions: lifted.definitions.with(place, made) },
    operation: made,
    valuesOf: (asked) => valuesOf(asked, types),
  }
}

const INT_MAX = 2_147_483_647

function valuesOf(literals: readonly Literal[], types: readonly string[]): Record<string, string | number> | undefined {
  const values: Record<string, string | number> = {}
  for (const [index, { value }] of literals.entries()) {
    const isInt = types[index] === 'Int'
    const number = isInt ? Number(value) : 0
    if (number > INT_MAX || number < -INT_MAX - 1) return undefined
    values[nameOf(index)] = isInt ? number : value
  }
  return values
}

function nameOf(index: number): string {
  return `__literal${index}`
}

function declaresOurs({ variableDefinitions = [] }: OperationDefinitionNode): boolean {
  return variableDefinitions.some(({ variable }) => variable.name.value.startsWith('__literal'))
}

const LIFTABLE = { int: ['Int', 'ID'], string: ['String', 'ID'] }

function isLiftable(type: GraphQLInputType, kind: Literal['kind'] | undefined): boolean {
  const named = getNullableType(type)
  return kind !== undefined && specifiedScalarTypes.some((scalar) => scalar === named) && LIFTABLE[kind].includes(String(named))
}

/** Two fields under one name are valid together only with the same arguments. */
function namesAnsweredTwice(document: DocumentNode): Set<string> {
  const names = new Set<string>()
  const twice = new Set<string>()
  visit(document, {
    Field: ({ alias, name }) => {
      const { value } = alias ?? name
      if (names.has(value)) twice.add(value)
      names.add(value)
    },
  })
  return twice
}
