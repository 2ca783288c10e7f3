import type { User } from '../accounts/read-users.ts'
import type { Relations } from './relations.ts'

/**
 * Whether an entry may stand in this viewer's home feed: the same that the truth says in SQL. `sharer` is who shared it, undefined for the post itself;
 * `hidden` says whether a moderator has hidden the post.
 */
export function mayAppearInHome(
  author: User,
  sharer: User | undefined,
  hidden: boolean,
  viewerId: number,
  { follows, unheard }: Relations,
): boolean {
  const actor = sharer ?? author
  if (actor.id !== viewerId && !(follows.has(actor.id) && isHeard(actor, unheard))) return false
  return author.id === viewerId || (!hidden && isHeard(author, unheard))
}

function isHeard(user: User, unheard: ReadonlySet<number>): boolean {
  return !user.isSuspended && !user.isClosed && (unheard.size === 0 || !unheard.has(user.id))
}
