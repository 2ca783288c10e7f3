import type { z } from 'zod'
import { accountClosed, accountSuspended, sessionEnded } from '../../domain/accounts/account-facts.ts'
import { postShared } from '../../domain/interactions/interaction-facts.ts'
import { notificationAdded } from '../../domain/notifications/notification-facts.ts'
import { postPublished } from '../../domain/posts/post-facts.ts'
import { userBlocked, userFollowed, userUnfollowed } from '../../domain/relationships/relationship-facts.ts'
import type { Hearing } from '../../platform/broadcast/hearing.ts'

/** What the hub makes of the facts that it hears. */
export interface LiveFacts {
  /** A post or a share. */
  entryAdded(entry: { entryId: number; actorId: number }): void
  /** Whoever it is for. */
  postPublished(postId: number): void
  /** Or somebody more did what it tells of. */
  notificationAdded(notification: { notificationId: number; userId: number }): void
  followsChanged(userId: number): void
  /** One session, or all of the user's. */
  sessionEnded(session: { userId: number; sessionId: string | null }): void
  /** Something will never be heard. */
  lost(): void
}

/** Facts are told at least once; what came lately under these ids is not told again. */
const ENTRIES_REMEMBERED_MAX = 10_000

/** Hears the facts that matter to who is connected, until the answer is called. */
export function hearLiveFacts(hearing: Hearing, live: LiveFacts): () => void {
  const seen = new Set<number>()

  function entryAdded(entry: { entryId: number; actorId: number }): boolean {
    if (seen.has(entry.entryId)) return false
    seen.add(entry.entryId)
    for (const oldest of seen) {
      if (seen.size <= ENTRIES_REMEMBERED_MAX) break
      seen.delete(oldest)
    }
    live.entryAdded(entry)
    return true
  }

  const reactions = new Map<string, (payload: unknown) => void>([
    on(postPublished, (entry) => {
      if (entryAdded(entry)) live.postPublished(entry.postId)
    }),
    on(postShared, (entry) => void entryAdded(entry)),
    on(notificationAdded, live.notificationAdded),
    on(userFollowed, ({ viewerId }) => live.followsChanged(viewerId)),
    on(userUnfollowed, ({ viewerId }) => live.followsChanged(viewerId)),
    on(userBlocked, ({ viewerId, userId }) => {
      live.followsChanged(viewerId)
      live.followsChanged(userId)
    }),
    on(sessionEnded, live.sessionEnded),
    on(accountClosed, ({ userId }) => live.sessionEnded({ userId, sessionId: null })),
    on(accountSuspended, ({ userId }) => live.sessionEnded({ userId, sessionId: null })),
  ])
  return hearing.listen({ heard: (name, payload) => reactions.get(name)?.(payload), lost: live.lost })
}

function on<Payload>(
  fact: { name: string; payload: z.ZodType<Payload> },
  react: (payload: Payload) => void,
): [string, (payload: unknown) => void] {
  return [fact.name, (payload) => react(fact.payload.parse(payload))]
}
