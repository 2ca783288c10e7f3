import type { Reader } from '../../platform/database/statement.ts'
import { acceptPage, type PageArgs } from '../input/page-rules.ts'
import { chooseSource, type Warm } from './choose-source.ts'
import type { FeedPage } from './feed-page.ts'
import { fillPage } from './fill-page.ts'

export const HOME_FEED_LIST = 'home'

/**
 * One page of a viewer's home feed, shares included, newest first. A page may be short, even empty, while hasNextPage is true. Without
 * `warm` it comes from the truth.
 * @throws BAD_USER_INPUT for a `first` outside of 1..100 and for a wrong cursor
 */
export async function readHomeFeed(
  reader: Reader,
  viewerId: number,
  args: PageArgs & { includeOwn: boolean },
  warm?: Warm,
): Promise<FeedPage> {
  const { limit, key } = acceptPage(HOME_FEED_LIST, 'newest-first', args)
  return fillPage(chooseSource(reader, { viewerId, includeOwn: args.includeOwn, withShares: true }, warm), key, limit)
}
