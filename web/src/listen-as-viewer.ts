import { createClient } from 'graphql-ws'
import type { AnswerError, GraphQLAnswer, GraphQLRequest } from './post-graphql.ts'
import { ownAuthorization } from './send-as-viewer.ts'
import { renewSession, type Session, sessionState } from './session.ts'

/** How the server closes the socket of a token that it does not take, or not any more. */
const TOKEN_REFUSED = 4403
const RETRIES_MAX = 5
const RETRY_MS = 1000

/** The answers of a subscription as they come, over a socket of its own that lives until `return` is called. */
export type Answers = AsyncIterableIterator<GraphQLAnswer>

/**
 * Begins to listen as whoever is signed in. When the token runs out the server closes the socket: it comes back by itself with a new one. What
 * ends it for good is the last answer, in plain words. A header given by hand goes before ours.
 */
export function listenAsViewer({ query, variables, operationName }: GraphQLRequest, headers: Record<string, string> = {}): Answers {
  const byHand = ownAuthorization(headers)
  let shown: Session | null = null
  let refused: Session | null = null

  async function signIn(): Promise<Record<string, string>> {
    if (byHand !== undefined) return { authorization: byHand }
    shown = sessionState().session
    if (shown && shown.token === refused?.token) shown = await renewSession(shown)
    return shown ? { authorization: `Bearer ${shown.token}` } : {}
  }

  const client = createClient({
    url: new URL('/graphql', location.href.replace(/^http/, 'ws')).href,
    connectionParams: signIn,
    retryAttempts: RETRIES_MAX,
    // At once the first time: what happens meanwhile is not told.
    retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, retries === 0 ? 0 : RETRY_MS * 2 ** retries)),
    shouldRetry: (ending) => byHand === undefined || closeCode(ending) !== TOKEN_REFUSED,
    on: {
      closed: (ending) => {
        if (closeCode(ending) === TOKEN_REFUSED) refused = shown
      },
    },
  })
  const events = client.iterate<GraphQLAnswer['data']>({
    query,
    operationName: operationName ?? null,
    variables: variables as Record<string, unknown>,
  })
  let over = false

  const answers: Answers = {
    async next() {
      if (over) return { done: true, value: undefined }
      try {
        return (await events.next()) as IteratorResult<GraphQLAnswer>
      } catch (failure) {
        over = true
        return { done: false, value: { errors: inPlainWords(failure) } }
      }
    },
    async return() {
      over = true
      await events.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]: () => answers,
  }
  return answers
}

function inPlainWords(failure: unknown): AnswerError[] {
  if (Array.isArray(failure)) return failure
  const reason = closeCode(failure) === undefined ? '' : (failure as CloseEvent).reason
  return [{ message: reason ? `${reason}.` : 'The live connection was lost, and the server does not answer.' }]
}

function closeCode(ending: unknown): number | undefined {
  return ending instanceof CloseEvent ? ending.code : undefined
}
