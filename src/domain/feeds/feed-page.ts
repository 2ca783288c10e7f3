import type { FeedEntry } from './home-feed-truth.ts'

/** One page: entries that may be seen, of each post only the newest, and where the search ended. */
export interface FeedPage {
  entries: FeedEntry[]
  hasNextPage: boolean
  endKey: number | undefined
}

/**
 * The first `limit` posts of the entries, in their order. An entry of a post that stands in the page already, or that must not be
 * shown, is passed over. `ended` says that nothing lies below the entries given.
 */
export function cutFeedPage(entries: readonly FeedEntry[], limit: number, ended: boolean): FeedPage {
  const page: FeedEntry[] = []
  // Without shares each post comes once.
  const posts = entries.some(({ sharedById }) => sharedById !== null) ? new Set<number>() : undefined
  let endKey: number | undefined
  for (const entry of entries) {
    const shows = entry.visible && !posts?.has(entry.id)
    if (shows && page.length === limit) return { entries: page, hasNextPage: true, endKey }
    endKey = entry.entryId
    if (!shows) continue
    posts?.add(entry.id)
    page.push(entry)
  }
  return { entries: page, hasNextPage: !ended, endKey }
}
