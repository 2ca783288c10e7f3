import { readdirSync, readFileSync } from 'node:fs'
import { Kind, type OperationDefinitionNode, parse } from 'graphql'

const FOLDER = new URL('../../web/src/examples/', import.meta.url)

/** The examples of the playground as their files have them, in their order. */
export const EXAMPLES = readdirSync(FOLDER)
  .sort()
  .map((name) => readFileSync(new URL(name, FOLDER), 'utf8'))
  .map((query) => {
    const operations = parse(query)
      .definitions.filter((definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION)
      .map(nameOf)
    return { title: operations[0] ?? '', query, operations }
  })

function nameOf({ name, selectionSet }: OperationDefinitionNode): string {
  const [first] = selectionSet.selections
  return name?.value ?? (first?.kind === Kind.FIELD ? first.name.value : '')
}
