import type { Reader } from '../../platform/database/statement.ts'
import { readEntries } from './home-feed-entries.ts'
import type { FeedEntry } from './home-feed-truth.ts'
import { keptEntries } from './kept-entries.ts'
import type { WarmFeeds, WarmViewer } from './warm-feeds.ts'

/**
 * One entry as homeFeed shows it to the viewer now, out of the same rows and by the same rules; undefined when it does not stand in their
 * feed. Their own are in it, as they are by default.
 */
export async function readHomeEntry(
  reader: Reader,
  viewer: WarmViewer,
  entryId: number,
  warm: WarmFeeds | undefined,
): Promise<FeedEntry | undefined> {
  const pulse = warm?.heads.pulse()
  const [entry] =
    warm && pulse && warm.rows.stands() && !viewer.wroteRecently
      ? await keptEntries(warm.rows, viewer.id, await warm.relations.of(pulse.epoch, viewer), [entryId])
      : await readEntries(reader, viewer.id, [entryId])
  return entry?.visible ? entry : undefined
}
