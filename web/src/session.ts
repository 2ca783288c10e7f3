import { postGraphQL } from './post-graphql.ts'
import { renewalTime } from './renewal-time.ts'

export interface Session {
  /** Names the session among the open tabs of this browser; it is nothing that the server knows. */
  id: string
  username: string
  token: string
  /** Null once it was sent: a refresh token that is used twice ends its session. */
  refreshToken: string | null
  /** When the token should be renewed, by the clock of this machine; null where the token does not say how long it lives. */
  renewAtMs: number | null
}

export interface SessionState {
  session: Session | null
  /** What happened to the session, in a sentence for whoever looks at the page. */
  notice: string
}

const STORAGE_KEY = 'nexus:session'
/** After a renewal that came too soon after others. */
const AGAIN_AFTER_MS = 10_000
const ENDED = 'Your session has ended. Sign in again.'
const REFRESH = 'mutation ($refreshToken: String!) { refreshToken(refreshToken: $refreshToken) { token refreshToken } }'

const listeners = new Set<() => void>()
const otherTabs = new BroadcastChannel(STORAGE_KEY)
let state: SessionState = { session: readStored(), notice: '' }
let renewal: Promise<Session | null> | null = null

// A duplicated tab starts with a copy of the session. The newest tab goes on with it, the others keep their token until it runs out.
if (state.session) otherTabs.postMessage(state.session.id)
otherTabs.onmessage = ({ data }: MessageEvent<string>) => {
  const { session, notice } = state
  if (session?.id === data) keep({ session: { ...session, refreshToken: null }, notice })
}

export function sessionState(): SessionState {
  return state
}

/** Calls `listener` after every change; gives the function that ends this. */
export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function beginSession(granted: Omit<Session, 'id' | 'renewAtMs'>): void {
  const id = Array.from(crypto.getRandomValues(new Uint32Array(2))).join('-')
  keep({ session: { id, ...granted, renewAtMs: renewalTime(granted.token) }, notice: `Signed in as ${granted.username}.` })
}

export function endSession(notice: string): void {
  keep({ session: null, notice })
}

/**
 * The session with another token than the one that was refused, or null where there is none to be had. However many requests were refused
 * at once, the refresh token is sent once.
 */
export function renewSession(refused: Session): Promise<Session | null> {
  if (state.session?.id !== refused.id) return Promise.resolve(null)
  if (state.session.token !== refused.token) return Promise.resolve(state.session)
  renewal ??= renew(state.session).finally(() => {
    renewal = null
  })
  return renewal
}

async function renew(session: Session): Promise<Session | null> {
  if (!session.refreshToken) return lose(session)

  // Out of the storage before it is sent: if the page is closed or the answer is lost, it must not be sent again.
  keep({ session: { ...session, refreshToken: null }, notice: state.notice })
  const answer = await postGraphQL({ query: REFRESH, variables: { refreshToken: session.refreshToken } })
  if (state.session?.id !== session.id) return null

  if (answer.errors?.some((error) => error.extensions?.code === 'RATE_LIMITED')) {
    keep({ session: { ...session, renewAtMs: Date.now() + AGAIN_AFTER_MS }, notice: state.notice })
    return null
  }
  const granted = answer.data?.refreshToken as Pick<Session, 'token' | 'refreshToken'> | null | undefined
  if (!granted) return lose(session)
  const renewed = { ...session, ...granted, renewAtMs: renewalTime(granted.token) }
  keep({ session: renewed, notice: state.notice })
  return renewed
}

function lose(session: Session): null {
  if (state.session?.id === session.id) endSession(ENDED)
  return null
}

function keep(next: SessionState): void {
  state = next
  try {
    if (next.session) sessionStorage.setItem(STORAGE_KEY, JSON.stringify(next.session))
    else sessionStorage.removeItem(STORAGE_KEY)
  } catch {
    // A browser that lets no page store anything is signed in until the page is closed.
  }
  for (const listener of listeners) listener()
}

function readStored(): Session | null {
  try {
    return JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null')
  } catch {
    return null
  }
}
