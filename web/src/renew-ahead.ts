import { onSessionChange, renewSession, sessionState } from './session.ts'

/** Renews the token of whoever is signed in before it runs out, as long as the page is open. What comes too late is renewed when it is refused. */
export function renewAhead(): void {
  let timer = 0

  function plan(): void {
    clearTimeout(timer)
    const { session } = sessionState()
    if (session?.refreshToken && session.renewAtMs) timer = setTimeout(renew, Math.max(session.renewAtMs - Date.now(), 0))
  }

  function renew(): void {
    const { session } = sessionState()
    // A machine that wakes up has no network yet, and a refresh token that gets lost on the way is lost for good.
    if (!navigator.onLine) addEventListener('online', plan, { once: true })
    else if (session?.refreshToken) void renewSession(session).catch(() => undefined)
  }

  onSessionChange(plan)
  plan()
}
