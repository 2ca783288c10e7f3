import type { User } from '../accounts/read-users.ts'
import type { Relations } from './relations.ts'

/** What is true of an entry, whoever looks. */
export interface EntryFacts {
  author: User
  /** Who shared it; undefined for the post itself. */
  sharer: User | undefined
  hidden: boolean
}

/** Whether an entry may stand in this viewer's home feed: the same that the truth says in SQL. */
export function mayAppearInHome({ author, sharer, hidden }: EntryFacts, viewerId: number, { follows, unheard }: Relations): boolean {
  const actor = sharer ?? author
  if (actor.id !== viewerId && !(follows.has(actor.id) && isHeard(actor, unheard))) return false
  return author.id === viewerId || (!hidden && isHeard(author, unheard))
}

function isHeard(user: User, unheard: ReadonlySet<number>): boolean {
  return !user.isSuspended && !user.isClosed && !unheard.has(user.id)
}
