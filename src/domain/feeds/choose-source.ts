import type { Reader } from '../../platform/database/statement.ts'
import type { EntrySource } from './entry-source.ts'
import { headSource } from './head-source.ts'
import type { FeedQuestion } from './home-feed-truth.ts'
import { truthSource } from './truth-source.ts'
import type { WarmFeeds, WarmViewer } from './warm-feeds.ts'

/** Where feeds are kept warm, and the viewer as this request read them. */
export interface Warm {
  feeds: WarmFeeds
  viewer: WarmViewer
}

/** The viewer's head where heads are kept, else the truth. */
export function chooseSource(
  reader: Reader,
  question: Pick<FeedQuestion, 'viewerId' | 'includeOwn' | 'withShares'>,
  warm: Warm | undefined,
): EntrySource {
  return warm ? headSource(warm.feeds, warm.viewer, question) : truthSource(reader, question)
}
