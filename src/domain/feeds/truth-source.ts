import type { Reader } from '../../platform/database/statement.ts'
import { tally } from '../../platform/observe/tally.ts'
import type { EntrySource } from './entry-source.ts'
import { type FeedQuestion, readTruth } from './home-feed-truth.ts'

/** Entries by the truth itself: always right. */
export function truthSource(reader: Reader, question: Pick<FeedQuestion, 'viewerId' | 'includeOwn' | 'withShares'>): EntrySource {
  return async (belowId, count) => {
    tally.feeds.truth += 1
    const entries = await readTruth(reader, { ...question, belowId, limit: count })
    return { entries, downTo: entries.at(-1)?.entryId ?? 0, ended: entries.length < count, dear: true }
  }
}
