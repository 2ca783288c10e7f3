import type { Viewer } from '../../domain/accounts/read-viewer.ts'
import { covers } from '../../domain/apps/app-rules.ts'
import { readAppCaller } from '../../domain/apps/read-app-caller.ts'
import { refuse } from '../../refusals.ts'
import { type ApiPlatform, openRequest, type RequestContext, requestOf } from '../request-context.ts'

/**
 * Who may ask:
 * - visitor: everybody, but not with a token that is not valid
 * - app: with any valid token, an app's own among them
 * - user: with the token of a user
 */
export type RestAccess = 'visitor' | 'app' | 'user'

/** Who calls the REST surface: a request of the same kind as GraphQL's, with what its token is good for. */
export interface RestCaller {
  request: RequestContext
  /** Of an app's token; undefined without one. */
  appId: number | undefined
  /** What the token was granted; undefined for a user's own session, which is good for everything. */
  scopes: readonly string[] | undefined
}

/** An access token of ours has dots in it (a JWT), a token of an app has none. */
export async function openCaller(platform: ApiPlatform, address: string, authorization: string | undefined): Promise<RestCaller> {
  const token = /^Bearer +(\S+)\s*$/i.exec(authorization ?? '')?.[1]
  if (token === undefined || token.includes('.'))
    return { request: await openRequest(platform, address, authorization), appId: undefined, scopes: undefined }
  const caller = await readAppCaller(platform.database, token)
  if (!caller) return { request: requestOf(platform, address, { kind: 'invalid' }), appId: undefined, scopes: [] }
  const asking = caller.viewer ? ({ kind: 'viewer', viewer: caller.viewer } as const) : ({ kind: 'visitor' } as const)
  return { request: requestOf(platform, address, asking), appId: caller.appId, scopes: caller.scopes }
}

/** @throws UNAUTHENTICATED, and FORBIDDEN where the token is not good for this */
export function checkCaller({ request, appId, scopes }: RestCaller, access: RestAccess, scope: string | undefined): void {
  if (request.asking.kind === 'invalid') throw refuse('auth.token-invalid')
  if (access === 'user' && !request.viewer) throw refuse(appId === undefined ? 'auth.required' : 'auth.user-required')
  if (access === 'app' && !request.viewer && appId === undefined) throw refuse('auth.required')
  const granted = access === 'visitor' && appId === undefined ? undefined : scopes
  if (scope !== undefined && granted !== undefined && !covers(granted, scope)) throw refuse('auth.scope-missing')
}

/** The user who calls. @throws UNAUTHENTICATED */
export function callingUser({ request }: RestCaller): Viewer {
  if (!request.viewer) throw refuse('auth.required')
  return request.viewer
}
