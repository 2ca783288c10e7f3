/** A token is renewed so long before it ends. */
const AHEAD_MS = 60_000

/**
 * When a token that came just now should be renewed. It is reckoned from how long it lives, as it says itself, so that the clock of this machine may
 * be wrong. Null where it does not say.
 */
export function renewalTime(token: string): number | null {
  try {
    const [, claims = ''] = token.split('.')
    const { iat, exp } = JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/')))
    const livesMs = (exp - iat) * 1000
    return Number.isFinite(livesMs) ? Date.now() + Math.max(livesMs - AHEAD_MS, livesMs / 2) : null
  } catch {
    return null
  }
}
