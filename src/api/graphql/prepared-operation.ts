import type { createSourceEventStream, DocumentNode, GraphQLError } from 'graphql'
import type { RequestContext } from '../request-context.ts'

export interface ExecutionAnswer {
  /** Root fields may be Written: textOfBody makes JSON of them. */
  data?: unknown
  errors?: readonly GraphQLError[]
}

export interface PreparedOperation {
  kind: 'query' | 'mutation' | 'subscription'
  /** Its kind and its first field: one of as many as the schema has. */
  label: string
  document: DocumentNode
  cost(variables: Readonly<Record<string, unknown>>): number
  run(rootValue: unknown, context: RequestContext, variables: Record<string, unknown>): ExecutionAnswer | Promise<ExecutionAnswer>
  /** Of a subscription: begins to listen. Each event is then the root value of a run. */
  listen(context: RequestContext, variables: Record<string, unknown>): ReturnType<typeof createSourceEventStream>
}
