import { type DocumentNode, type FragmentDefinitionNode, Kind, type OperationDefinitionNode, type SelectionSetNode, visit } from 'graphql'
import { refuse } from '../../refusals.ts'

const DEPTH_MAX = 15
const ALIASES_MAX = 50
const DIRECTIVES_MAX = 50
/** Counted by the parser, which stops there. */
export const TOKENS_MAX = 2000

/**
 * Refuses what would cost much merely to look at, before validation does.
 * @throws QUERY_TOO_COMPLEX beyond 50 aliases or 50 directives in the text
 */
export function limitText(document: DocumentNode): void {
  let aliases = 0
  let directives = 0
  visit(document, {
    Field: (field) => {
      if (field.alias) aliases += 1
    },
    Directive: () => {
      directives += 1
    },
  })
  if (aliases > ALIASES_MAX)
    throw refuse('query.too-complex', { sentence: `A query may have ${ALIASES_MAX} aliases; this one has ${aliases}.` })
  if (directives > DIRECTIVES_MAX)
    throw refuse('query.too-complex', { sentence: `A query may have ${DIRECTIVES_MAX} directives; this one has ${directives}.` })
}

/** @throws QUERY_TOO_COMPLEX for an operation of more than 15 levels, introspection aside. It was validated: no fragment contains itself. */
export function limitDepth(document: DocumentNode, operation: OperationDefinitionNode): void {
  const fragments = fragmentsOf(document)
  const known = new Map<SelectionSetNode, number>()

  function depthOf(selections: SelectionSetNode): number {
    const before = known.get(selections)
    if (before !== undefined) return before
    let deepest = 0
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FIELD) {
        const below = selection.selectionSet && !selection.name.value.startsWith('__') ? depthOf(selection.selectionSet) : 0
        deepest = Math.max(deepest, 1 + below)
      } else {
        const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : fragments.get(selection.name.value)?.selectionSet
        deepest = Math.max(deepest, inner ? depthOf(inner) : 0)
      }
    }
    known.set(selections, deepest)
    return deepest
  }

  const depth = depthOf(operation.selectionSet)
  if (depth > DEPTH_MAX) throw refuse('query.too-complex', { sentence: `A query may be ${DEPTH_MAX} levels deep; this one is ${depth}.` })
}

export function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  )
}
