import type { EntrySource } from './entry-source.ts'
import { cutFeedPage, type FeedPage } from './feed-page.ts'
import type { FeedEntry } from './home-feed-truth.ts'

/** How often a page that came out short is filled up from further below by the truth. What is short after that stays so: the cursor goes on. */
const REFILLS_MAX = 3
/** Each look at the head takes twice as much as the one before, up to this: a few see the whole of it. */
const HEAD_PART_MAX = 400

/** Takes entries below the key until the page is full, the feed ends, or enough was tried. */
export async function fillPage(source: EntrySource, key: number, limit: number): Promise<FeedPage> {
  let entries: readonly FeedEntry[] = []
  let [belowId, dear, count] = [key, 0, limit + 1]
  for (;;) {
    const next = await source(belowId, count)
    entries = entries.length === 0 ? next.entries : [...entries, ...next.entries]
    const page = cutFeedPage(entries, limit, next.ended)
    if (!page.hasNextPage || page.entries.length >= limit) return page
    if (next.dear) dear += 1
    else count = Math.min(2 * count, HEAD_PART_MAX)
    // Nothing of what was passed may be told: the cursor goes on where the search ended.
    if (dear > REFILLS_MAX) return { ...page, endKey: next.downTo }
    belowId = next.downTo
  }
}
