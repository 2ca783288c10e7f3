import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import markUrl from './mark.svg'
import { onSessionChange, sessionState } from './session.ts'
import { signOut } from './sign-in.ts'
import { SignInForm } from './sign-in-form.tsx'

/** Above the editor: who is signed in, and the way in and out. Every request of the page carries the token of this session. */
export function SignInBar() {
  const { session, notice } = useSyncExternalStore(onSessionChange, sessionState)
  const bar = useFocusOnArrival(session !== null)
  return (
    <header ref={bar} className="bar">
      <div className="bar-title">
        <img src={markUrl} alt="" width="28" height="28" />
        <h1>
          Nexus <span>playground</span>
        </h1>
        <nav aria-label="Elsewhere">
          <a href="/docs/">Docs</a>
          <a href="/api/reference/">REST</a>
          <a href="/schema.graphql" download="nexus.graphql" title="Download the GraphQL schema in its own language (SDL)">
            Schema <span aria-hidden="true">↓</span>
          </a>
        </nav>
      </div>
      <p role="status" className={session || !notice ? 'bar-notice hidden' : 'bar-notice'}>
        {notice}
      </p>
      {session ? <SignedIn username={session.username} /> : <SignInForm />}
    </header>
  )
}

function SignedIn({ username }: { username: string }) {
  const [leaving, setLeaving] = useState(false)

  function leave() {
    setLeaving(true)
    void signOut()
  }

  return (
    <div className="signed-in">
      <p tabIndex={-1} data-arrive>
        Signed in as <strong>{username}</strong>
      </p>
      <button type="button" className="quiet" onClick={leave} disabled={leaving}>
        Sign out
      </button>
    </div>
  )
}

/**
 * Signing in or out takes away the button that had the focus: whoever uses the keyboard goes on from what came in its place, not from the
 * top of the page. Somebody who was in the editor stays there.
 */
function useFocusOnArrival(signedIn: boolean) {
  const bar = useRef<HTMLElement>(null)
  const shown = useRef(signedIn)

  useEffect(() => {
    if (shown.current === signedIn) return
    shown.current = signedIn
    if (document.activeElement === document.body) bar.current?.querySelector<HTMLElement>('[data-arrive]')?.focus()
  }, [signedIn])
  return bar
}
