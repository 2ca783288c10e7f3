import { expect } from 'vitest'
import { type Page, readPages } from '../acceptance/verbs.ts'
import type { Nexus, Person } from '../cast.ts'

/** A notification as a client sees it, with the names of who did it. */
export interface Seen {
  id: string
  kind: string
  actors: string[]
  actorCount: number
  post: string | null
  comment: string | null
  createdAt: string
  isRead: boolean
}

const LIST = `query ($first: Int, $after: String, $unreadOnly: Boolean) { notifications(first: $first, after: $after, unreadOnly: $unreadOnly) {
  edges { cursor node { id kind actors { username } actorCount post { id } comment { id } createdAt isRead } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`

/** Everything that a person is told, newest first, over pages of this size. The count of what is unread must be what the list shows, each time. */
export async function readNotifications(nexus: Nexus, person: Person, first = 100): Promise<Seen[]> {
  const list = (unreadOnly: boolean) =>
    readPages(async (after): Promise<Page> => (await nexus.ask(LIST, person.token, { first, after, unreadOnly })).notifications)
  const [all, unread] = [(await list(false)).flatMap(seenOf), (await list(true)).flatMap(seenOf)]
  expect(unread).toEqual(all.filter(({ isRead }) => !isRead))
  expect((await nexus.ask('{ unreadNotificationCount }', person.token)).unreadNotificationCount).toBe(unread.length)
  return all
}

function seenOf({ edges }: Page): Seen[] {
  return edges.map(({ node }) => ({
    ...node,
    actors: node.actors.map(({ username }: { username: string }) => username),
    post: node.post?.id ?? null,
    comment: node.comment?.id ?? null,
  }))
}

/** `KIND by names of all, about what`: what a person is told, in short. */
export async function told(nexus: Nexus, person: Person): Promise<string[]> {
  const seen = await readNotifications(nexus, person)
  return seen.map(({ kind, actors, isRead }) => `${kind} by ${actors.join(', ')}${isRead ? ' (read)' : ''}`)
}

export async function markRead(nexus: Nexus, person: Person, ids?: string[]): Promise<number> {
  return (await nexus.ask('mutation ($ids: [ID!]) { markNotificationsRead(ids: $ids) }', person.token, { ids })).markNotificationsRead
}
