import type { ReadToken } from '../../domain/accounts/access-tokens.ts'
import { readViewerOfSession, type Viewer } from '../../domain/accounts/read-viewer.ts'
import { readHomeEntry } from '../../domain/feeds/read-home-entry.ts'
import type { WarmFeeds } from '../../domain/feeds/warm-feeds.ts'
import { readNotification } from '../../domain/notifications/read-notifications.ts'
import { type Post, readPosts } from '../../domain/posts/read-posts.ts'
import { readRelations } from '../../domain/relationships/read-relations.ts'
import { maySeePost } from '../../domain/visibility/visibility-rules.ts'
import type { Hearing } from '../../platform/broadcast/hearing.ts'
import type { Reader } from '../../platform/database/statement.ts'
import { makeGate } from '../../platform/gate.ts'
import type { EndReason } from './end-reasons.ts'
import { followHomes } from './follow-homes.ts'
import { type HubConnection, type LiveConnection, makeLiveConnection } from './live-connection.ts'
import type { LiveEvent, Signal } from './live-events.ts'
import { hearLiveFacts } from './live-facts.ts'
import { watchSessions } from './watch-sessions.ts'

const CONNECTIONS_PER_USER_MAX = 20
/** Deliveries that read from the database at once: requests go on beside an entry that thousands are told of. */
const LOOKS_AT_ONCE_MAX = 32
/** Each listener has at most one look waiting, so that this only bounds what cannot be. */
const LOOKS_WAITING_MAX = 1_000_000
/** A process that has just started hears of the first fact within a second. */
const HEARS_MS_MAX = 2000

/** Who of those connected to this process listens to what, for any surface that tells them. */
export interface LiveHub {
  /**
   * Takes in the connection of a token that was read. `end` closes what carries it, when the hub ends it.
   * Answers the reason why it is not taken in instead: 'too-many' of this user, or 'missed' where no facts are heard.
   */
  connect(token: ReadToken, end: (reason: EndReason) => void): Promise<LiveConnection | EndReason>
  close(): void
}

export interface HubParts {
  database: Reader
  /** Undefined without Redis. */
  warmFeeds: WarmFeeds | undefined
  hearing: Hearing
}

export function openLiveHub({ database, warmFeeds, hearing }: HubParts): LiveHub {
  const byUser = new Map<number, Set<HubConnection>>()
  const homes = followHomes(database)
  const looks = makeGate({ atOnceMax: LOOKS_AT_ONCE_MAX, waitingMax: LOOKS_WAITING_MAX, reason: 'too much is delivered at once' })
  const connectionsOf = (userId: number): Iterable<HubConnection> => byUser.get(userId) ?? []
  const everybody = () => [...byUser.values()].flatMap((connections) => [...connections])

  function endAll(connections: Iterable<HubConnection>, reason: EndReason): void {
    for (const connection of [...connections]) connection.end(reason)
  }

  async function look(connection: HubConnection, signal: Signal): Promise<LiveEvent | undefined> {
    try {
      return await looks(() => readEvent(connection, signal))
    } catch {
      connection.end('missed')
      return undefined
    }
  }

  async function readEvent(connection: HubConnection, signal: Signal): Promise<LiveEvent | undefined> {
    const viewer = await readViewerOfSession(database, connection.claims)
    if (!viewer) connection.end('session-ended')
    if (!viewer) return undefined
    if (signal.kind === 'notification') {
      const notification = await readNotification(database, viewer.id, signal.notificationId)
      return notification && { viewer, notification }
    }
    if (signal.kind === 'post') {
      const post = await readPublicPost(database, viewer, signal.postId)
      return post && { viewer, post }
    }
    const entry = await readHomeEntry(database, viewer, signal.entryId, warmFeeds)
    return entry && { viewer, entry }
  }

  async function connect(token: ReadToken, end: (reason: EndReason) => void): Promise<LiveConnection | EndReason> {
    if (!(await hearsSoon(hearing))) return 'missed'
    const { userId } = token
    const connections = byUser.get(userId) ?? new Set()
    if (connections.size >= CONNECTIONS_PER_USER_MAX) return 'too-many'
    const expiry = setTimeout(() => connection.end('token-expired'), token.expiresAtMs - Date.now()).unref()
    const connection = makeLiveConnection({
      claims: token,
      look,
      onListen: (topic) => topic === 'home' && homes.begin(userId),
      onEnd: end,
      onClosed: () => {
        clearTimeout(expiry)
        connections.delete(connection)
        if (connections.size > 0) return
        homes.end(userId)
        byUser.delete(userId)
      },
    })
    byUser.set(userId, connections.add(connection))
    return connection
  }

  const stopHearing = hearLiveFacts(hearing, {
    entryAdded: ({ entryId, actorId }) =>
      homes.hear(actorId, (viewerId) => {
        for (const connection of connectionsOf(viewerId)) connection.signal('home', { kind: 'entry', entryId })
      }),
    postPublished: (postId) => {
      for (const connections of byUser.values()) for (const connection of connections) connection.signal('public', { kind: 'post', postId })
    },
    notificationAdded: ({ userId, notificationId }) => {
      for (const connection of connectionsOf(userId)) connection.signal('notifications', { kind: 'notification', notificationId })
    },
    followsChanged: homes.readAgain,
    sessionEnded: ({ userId, sessionId }) => {
      const ended = [...connectionsOf(userId)].filter(({ claims }) => sessionId === null || claims.sessionId === sessionId)
      endAll(ended, 'session-ended')
    },
    lost: () => endAll(everybody(), 'missed'),
  })
  const stopWatching = watchSessions(database, everybody, homes)

  return {
    connect,
    close: () => {
      stopHearing()
      stopWatching()
      endAll(everybody(), 'stopping')
    },
  }
}

/** A post for everybody, where the viewer may see it and hears of its author. */
async function readPublicPost(database: Reader, viewer: Viewer, postId: number): Promise<Post | undefined> {
  const [post] = await readPosts(database, [postId], viewer)
  if (post?.visibility !== 'PUBLIC' || post.hidden || post.authorSuspended || !maySeePost(post, viewer)) return undefined
  const [relation] = await readRelations(database, viewer.id, [post.authorId])
  return relation?.viewerMutes ? undefined : post
}

async function hearsSoon(hearing: Hearing): Promise<boolean> {
  const until = performance.now() + HEARS_MS_MAX
  while (!hearing.hears() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
  return hearing.hears()
}
