import { createSecretKey, type KeyObject } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'

const ACCESS_TOKEN_SECONDS = 15 * 60
const AUDIENCE = 'nexus-api'
const CLAIMS = z.object({ sub: z.coerce.number().int().min(1).max(2_147_483_647), sid: z.guid(), exp: z.number() })
/** Tokens whose signature was checked and need not be again while they live. */
const CHECKED_TOKENS_MAX = 10_000

/** What a token says: whose session it is of. Whether that session still stands is asked of the database. */
export interface TokenClaims {
  userId: number
  sessionId: string
}

/** What a token that was read says. */
export interface ReadToken extends TokenClaims {
  expiresAtMs: number
}

export interface AccessTokens {
  issue(claims: TokenClaims): Promise<string>
  /** Undefined for a token that is expired, forged, or not one of ours. */
  read(token: string): Promise<ReadToken | undefined>
}

/** Access tokens are JWTs (HS256) that live 15 minutes. */
export function openAccessTokens(secret: string): AccessTokens {
  const key: KeyObject = createSecretKey(Buffer.from(secret))
  const checked = new LRUCache<string, ReadToken>({ max: CHECKED_TOKENS_MAX })

  async function read(token: string): Promise<ReadToken | undefined> {
    const known = checked.get(token)
    if (known) return known.expiresAtMs > Date.now() ? known : undefined
    const claims = await verify(token, key)
    if (claims) checked.set(token, claims)
    return claims
  }

  return { issue: (claims) => sign(claims, key), read }
}

function sign({ userId, sessionId }: TokenClaims, key: KeyObject): Promise<string> {
  return new SignJWT({ sid: sessionId })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(String(userId))
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(`${ACCESS_TOKEN_SECONDS}s`)
    .sign(key)
}

async function verify(token: string, key: KeyObject): Promise<ReadToken | undefined> {
  try {
    const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], audience: AUDIENCE, requiredClaims: ['sub', 'exp', 'sid'] })
    const { sub, sid, exp } = CLAIMS.parse(payload)
    return { userId: sub, sessionId: sid, expiresAtMs: exp * 1000 }
  } catch {
    return undefined
  }
}
