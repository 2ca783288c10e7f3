import { getOperationAST, type OperationDefinitionNode, parse } from 'graphql'
import type { GraphQLRequest } from './post-graphql.ts'

/**
 * The operation that a request runs, undefined where the server should say what is wrong with it. GraphiQL names it a tenth of a second after the
 * tab was changed: until then it names one of the tab before.
 */
export function operationIn({ query, operationName }: GraphQLRequest): OperationDefinitionNode | undefined {
  try {
    const document = parse(query)
    return getOperationAST(document, operationName) ?? getOperationAST(document) ?? undefined
  } catch {
    return undefined
  }
}
