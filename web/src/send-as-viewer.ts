import { type GraphQLAnswer, type GraphQLRequest, postGraphQL } from './post-graphql.ts'
import { beginSession, renewSession, type Session, sessionState } from './session.ts'

/** A wrong password is refused by the same code as a token that ran out, but a new token does not help against it. */
const FIELDS_THAT_CHECK_NO_TOKEN = ['login', 'refreshToken']

/**
 * Sends an operation with the token of whoever is signed in, and once more with a new token where the first had run out. A header given by
 * hand goes before ours, and then nothing is renewed.
 */
export async function sendAsViewer(request: GraphQLRequest, headers: Record<string, string> = {}): Promise<GraphQLAnswer> {
  const { session } = sessionState()
  if (!session || ownAuthorization(headers) !== undefined) return postGraphQL(request, headers)

  const answer = await postGraphQL(request, bearing(session, headers))
  if (!ranOut(answer)) return answer
  const renewed = await renewSession(session)
  return renewed && nothingDone(answer) ? postGraphQL(request, bearing(renewed, headers)) : answer
}

/** Signs in whoever was signed up or in by an operation in the editor that asked for the token. */
export async function adoptSession(answer: GraphQLAnswer): Promise<void> {
  const granted = Object.values(answer.data ?? {}).find(isGranted)
  if (!granted || granted.token === sessionState().session?.token) return

  const me = await postGraphQL({ query: '{ me { username } }' }, { authorization: `Bearer ${granted.token}` })
  const viewer = me.data?.me as { username: string } | null | undefined
  if (viewer) beginSession({ username: viewer.username, token: granted.token, refreshToken: granted.refreshToken ?? null })
}

/** The value of the authorization header among those given by hand. */
export function ownAuthorization(headers: Record<string, string>): string | undefined {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1]
}

function bearing(session: Session, headers: Record<string, string>): Record<string, string> {
  return { ...headers, authorization: `Bearer ${session.token}` }
}

function ranOut({ errors = [] }: GraphQLAnswer): boolean {
  return errors.some(
    ({ path, extensions }) => extensions?.code === 'UNAUTHENTICATED' && !FIELDS_THAT_CHECK_NO_TOKEN.includes(String(path?.[0])),
  )
}

/** A part that went through must not be done twice: then the answer is shown as it is, and the next one has the new token. */
function nothingDone({ data }: GraphQLAnswer): boolean {
  return Object.values(data ?? {}).every((value) => value === null)
}

function isGranted(value: unknown): value is { token: string; refreshToken?: string } {
  return typeof value === 'object' && value !== null && 'token' in value && typeof value.token === 'string'
}
