import { type AnswerError, postGraphQL } from './post-graphql.ts'
import { sendAsViewer } from './send-as-viewer.ts'
import { beginSession, endSession } from './session.ts'

export interface Credentials {
  username: string
  /** Given to sign up, left out to sign in. */
  email?: string
  password: string
}

/** Why somebody was not let in: the sentence, and the field beside which it belongs if it is about one. */
export interface SignInRefusal {
  message: string
  field?: string
}

const GRANTED = '{ token refreshToken user { username } }'
const LOGIN = `mutation ($username: String!, $password: String!) { granted: login(username: $username, password: $password) ${GRANTED} }`
const CREATE_USER = `mutation ($username: String!, $email: String!, $password: String!) {
  granted: createUser(username: $username, email: $email, password: $password) ${GRANTED}
}`

interface Granted {
  token: string
  refreshToken: string
  user: { username: string }
}

/** Signs in, or up where there is an e-mail address. Null when that went well. */
export async function signIn(credentials: Credentials): Promise<SignInRefusal | null> {
  const query = credentials.email === undefined ? LOGIN : CREATE_USER
  try {
    const answer = await postGraphQL({ query, variables: credentials })
    const granted = answer.data?.granted as Granted | null | undefined
    if (!granted) return inPlainWords(answer.errors?.[0])
    beginSession({ username: granted.user.username, token: granted.token, refreshToken: granted.refreshToken })
    return null
  } catch (error) {
    return { message: (error as Error).message }
  }
}

/** Ends the session on the server and forgets it here, whatever the server says. */
export async function signOut(): Promise<void> {
  try {
    await sendAsViewer({ query: 'mutation { logout }' })
    endSession('Signed out.')
  } catch {
    endSession('Signed out here. The server does not answer: there the session ends by itself.')
  }
}

function inPlainWords(error: AnswerError | undefined): SignInRefusal {
  if (!error) return { message: 'The server gave no answer to this.' }
  const { field, retryAfter } = error.extensions ?? {}
  const message = retryAfter === undefined ? error.message : `${error.message} (Wait ${retryAfter} s.)`
  return field === undefined ? { message } : { message, field }
}
