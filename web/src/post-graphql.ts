export interface GraphQLRequest {
  query: string
  variables?: unknown
  operationName?: string | null
}

export interface AnswerError {
  message: string
  path?: (string | number)[]
  extensions?: { code?: string; field?: string; retryAfter?: number }
}

export interface GraphQLAnswer {
  data?: Record<string, unknown> | null
  errors?: AnswerError[]
}

/** Sends one operation to the server that the page came from. Throws in plain words where no GraphQL answer came back. */
export async function postGraphQL(request: GraphQLRequest, headers: Record<string, string> = {}): Promise<GraphQLAnswer> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(request),
  }).catch(() => {
    throw new Error('The server does not answer. Is it running?')
  })

  return response.json().catch(() => {
    throw new Error(`The server answered with status ${response.status} and no GraphQL answer.`)
  })
}
