import { covers } from '../../../domain/apps/app-rules.ts'
import { readHappening } from '../../../domain/notifications/read-happenings.ts'
import { tagsOf } from '../../../domain/posts/post-tags.ts'
import type { LiveConnection } from '../../realtime/live-connection.ts'
import type { LiveEvent, LiveEvents, Topic } from '../../realtime/live-events.ts'
import { requestOverConnection } from '../../request-context.ts'
import type { RestPlatform } from '../rest-platform.ts'
import { showHappening } from '../shapes/notification.ts'
import { showEntry } from '../shapes/shown-status.ts'
import { showPost } from '../shapes/status.ts'

/** What a client is told: `payload` is what a route would answer. */
export interface StreamEvent {
  event: 'update' | 'notification'
  payload: unknown
}

/** The streams that there are, and what each listens to. */
const STREAMS: Record<string, readonly Topic[]> = {
  user: ['home', 'notifications'],
  'user:notification': ['notifications'],
  public: ['public'],
  'public:local': ['public'],
  hashtag: ['public'],
  'hashtag:local': ['public'],
}

export interface AskedStream {
  name: string
  /** Of a hashtag stream: as it is compared. */
  tag: string | undefined
}

/**
 * What a stream listens to, as far as the token is good for it: notifications are read under a scope of their own. Undefined for a stream that there
 * is not, or of which nothing is left.
 */
export function topicsOf(name: string, scopes: readonly string[] | undefined): readonly Topic[] | undefined {
  const topics = Object.hasOwn(STREAMS, name) ? STREAMS[name] : undefined
  const allowed = topics?.filter((topic) => topic !== 'notifications' || scopes === undefined || covers(scopes, 'read:notifications'))
  return allowed?.length ? allowed : undefined
}

export interface StreamParts {
  platform: RestPlatform
  live: LiveConnection
  address: string
  /** What the token was granted; undefined for a user's own session. */
  scopes: readonly string[] | undefined
  /** Answers when the client has taken it. */
  tell(event: StreamEvent): Promise<void>
}

/** Tells the events of a stream, each as the viewer may see it then, until the answer is called. @throws FORBIDDEN for too many */
export function tellStream(parts: StreamParts, { name, tag }: AskedStream): () => void {
  const listening = (topicsOf(name, parts.scopes) ?? []).map((topic) => parts.live.listen(topic))
  for (const events of listening) void tellAll(parts, events, tag)
  return () => {
    for (const events of listening) void events.return()
  }
}

async function tellAll(parts: StreamParts, events: LiveEvents, tag: string | undefined): Promise<void> {
  for await (const event of events) {
    const shown = await show(parts, event, tag).catch(() => undefined)
    if (shown) await parts.tell(shown)
  }
}

async function show({ platform, address }: StreamParts, event: LiveEvent, tag: string | undefined): Promise<StreamEvent | undefined> {
  const request = requestOverConnection(platform, address, event.viewer, undefined)
  if ('entry' in event) return { event: 'update', payload: await showEntry(platform, request, event.entry) }
  if ('post' in event) {
    const isAsked = tag === undefined || tagsOf(event.post.content).some((each) => each.tag === tag)
    return isAsked ? { event: 'update', payload: await showPost(platform, request, event.post) } : undefined
  }
  const happening = await readHappening(platform.database, event.viewer.id, event.notification.id)
  const payload = happening && (await showHappening(platform, request, happening))
  return payload && { event: 'notification', payload }
}
