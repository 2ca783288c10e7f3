import type { AccessTokens } from '../domain/accounts/access-tokens.ts'
import { readViewer, type Viewer } from '../domain/accounts/read-viewer.ts'
import type { WarmFeeds } from '../domain/feeds/warm-feeds.ts'
import type { MediaUrls } from '../domain/media/media-urls.ts'
import type { Rankings } from '../domain/trends/open-rankings.ts'
import type { Database } from '../platform/database/open-database.ts'
import type { MetricSources } from '../platform/observe/metrics.ts'
import type { Schedule } from '../platform/schedules/schedule.ts'
import { refuse } from '../refusals.ts'
import { makeLoaders, type RequestLoaders } from './loaders/request-loaders.ts'
import type { RateLimits } from './rate-limits.ts'
import type { LiveHub } from './realtime/hub.ts'
import type { LiveConnection } from './realtime/live-connection.ts'

/** What the surfaces stand on. */
export interface ApiPlatform {
  database: Database
  tokens: AccessTokens
  /** Undefined without Redis. */
  warmFeeds: WarmFeeds | undefined
  mediaUrls: MediaUrls
  rankings: Rankings
  /** What is due by the clock. */
  schedules: readonly Schedule[]
  /** The parts that this process stands on. */
  sources: MetricSources
  limits: RateLimits
  live: LiveHub
  production: boolean
  log: { warn(details: object, message: string): void }
}

/** One request: who asks, from where, and what was read for it so far. */
export interface RequestContext {
  readonly platform: ApiPlatform
  readonly address: string
  asking: Asking
  /** Reads anew who asks: what came before in the same request may have ended the session. */
  askAgain(): Promise<void>
  /** The viewer of the field under way: the asking one, or the one whom a sign-in has just made. */
  viewer: Viewer | undefined
  readonly loaders: RequestLoaders
  /** From here on the fields under way are this viewer's, and nothing read before counts. */
  actAs(viewer: Viewer | undefined): void
  /** Where it came over a connection that stays: what tells it events. */
  live?: LiveConnection | undefined
}

/** A token that was sent and is not valid is never taken for a visitor's. */
export type Asking = { kind: 'visitor' } | { kind: 'viewer'; viewer: Viewer } | { kind: 'invalid' }

export async function openRequest(platform: ApiPlatform, address: string, authorization: string | undefined): Promise<RequestContext> {
  const asking = await authenticate(platform, authorization)
  return requestOf(platform, address, asking, () => authenticate(platform, authorization))
}

/** The request of whom another surface has found to be asking. `askAgain` finds it anew; by default it stays. */
export function requestOf(
  platform: ApiPlatform,
  address: string,
  asking: Asking,
  findAgain: () => Promise<Asking> = async () => asking,
): RequestContext {
  const viewer = asking.kind === 'viewer' ? asking.viewer : undefined
  return new OpenedRequest(platform, address, asking, viewer, findAgain)
}

/** What came over a connection whose viewer is known: each event is a request of its own, so that nothing read before counts. */
export function requestOverConnection(
  platform: ApiPlatform,
  address: string,
  viewer: Viewer | undefined,
  live: LiveConnection | undefined,
): RequestContext {
  return Object.assign(requestOf(platform, address, viewer ? { kind: 'viewer', viewer } : { kind: 'visitor' }), { live })
}

/** Loaders are made when the first is asked for. */
class OpenedRequest implements RequestContext {
  readonly platform: ApiPlatform
  readonly address: string
  asking: Asking
  viewer: Viewer | undefined
  private findAgain: () => Promise<Asking>
  private made: RequestLoaders | undefined

  constructor(platform: ApiPlatform, address: string, asking: Asking, viewer: Viewer | undefined, findAgain: () => Promise<Asking>) {
    this.platform = platform
    this.address = address
    this.asking = asking
    this.viewer = viewer
    this.findAgain = findAgain
  }

  get loaders(): RequestLoaders {
    this.made ??= makeLoaders(this.platform.database, this.viewer)
    return this.made
  }

  async askAgain(): Promise<void> {
    this.asking = await this.findAgain()
  }

  actAs(viewer: Viewer | undefined): void {
    this.viewer = viewer
    this.made = undefined
  }
}

/** The viewer of a field that needs one. @throws UNAUTHENTICATED */
export function requireViewer(request: RequestContext): Viewer {
  if (!request.viewer) throw refuse(request.asking.kind === 'invalid' ? 'auth.token-invalid' : 'auth.required')
  return request.viewer
}

/** The token in `Bearer TOKEN`. */
export function bearerToken(authorization: string): string | undefined {
  return /^Bearer +(\S+)\s*$/i.exec(authorization)?.[1]
}

async function authenticate({ database, tokens }: ApiPlatform, authorization: string | undefined): Promise<Asking> {
  if (authorization === undefined || authorization.trim() === '') return { kind: 'visitor' }
  const token = bearerToken(authorization)
  const viewer = token === undefined ? undefined : await readViewer(database, tokens, token)
  return viewer ? { kind: 'viewer', viewer } : { kind: 'invalid' }
}
