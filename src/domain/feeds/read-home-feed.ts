import type { Reader } from '../../platform/database/statement.ts'
import { acceptPage, type PageArgs } from '../input/page-rules.ts'
import { cutFeedPage, type FeedPage } from './feed-page.ts'
import { readTruth } from './home-feed-truth.ts'

export const HOME_FEED_LIST = 'home'
/** How often a page that came out short is filled up from further below. What is short after that stays so: the cursor goes on. */
const REFILLS_MAX = 3

/**
 * One page of a viewer's home feed, shares included, newest first. A page may be short, even empty, while hasNextPage is true.
 * @throws BAD_USER_INPUT for a `first` outside of 1..100 and for a wrong cursor
 */
export async function readHomeFeed(reader: Reader, viewerId: number, args: PageArgs & { includeOwn: boolean }): Promise<FeedPage> {
  const { limit, key } = acceptPage(HOME_FEED_LIST, 'newest-first', args)
  const ask = (belowId: number) => readTruth(reader, { viewerId, includeOwn: args.includeOwn, belowId, limit: limit + 1, withShares: true })
  const entries = await ask(key)
  let ended = entries.length <= limit
  let page = cutFeedPage(entries, limit, ended)
  for (let refill = 0; refill < REFILLS_MAX && page.hasNextPage && page.entries.length < limit; refill += 1) {
    const more = await ask(entries.at(-1)?.entryId ?? key)
    entries.push(...more)
    ended = more.length <= limit
    page = cutFeedPage(entries, limit, ended)
  }
  return page
}
