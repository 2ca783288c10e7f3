import { kindOfId } from '../../platform/ids.ts'
import { tally } from '../../platform/observe/tally.ts'
import { point } from '../../platform/point.ts'
import type { EntrySource, NextEntries } from './entry-source.ts'
import type { HeadEntries } from './heads/head-entries.ts'
import type { Pulse } from './heads/pulse.ts'
import type { HeadPart } from './heads/read-heads.ts'
import { readEntries } from './home-feed-entries.ts'
import type { FeedQuestion } from './home-feed-truth.ts'
import { keptEntries } from './kept-entries.ts'
import { readLate } from './late-entries.ts'
import { truthSource } from './truth-source.ts'
import type { WarmFeeds, WarmViewer } from './warm-feeds.ts'

/** Who wants no shares reads so many times as much of a head as they want posts: to ask it again takes longer than to pass over. */
const PART_WITH_SHARES = 2

/**
 * Entries by the viewer's head, merged with what is under way and with their own last writes; below the head's watermark, and whenever
 * heads are not to be trusted, by the truth. The pulse is taken before the head is read: what it no longer names is in the head by then.
 */
export function headSource(
  feeds: WarmFeeds,
  viewer: WarmViewer,
  question: Pick<FeedQuestion, 'viewerId' | 'includeOwn' | 'withShares'>,
): EntrySource {
  const truth = truthSource(feeds.reader, question)
  const pull = (belowId: number, count: number) => feeds.pulls(() => truth(belowId, count))
  let belowTheHead = false

  return async (belowId, count) => {
    const pulse = belowTheHead ? undefined : feeds.heads.pulse()
    await point('feed:pulse-taken', viewer.id)
    const part = pulse && (await readPart(feeds, pulse, viewer, belowId, question.withShares ? count : PART_WITH_SHARES * count))
    if (!pulse || !part || belowId <= part.watermark) {
      belowTheHead = true
      return pull(belowId, count)
    }
    const lowest = part.toTheEnd ? part.watermark : (part.ids.at(-1) ?? part.watermark)
    const asked = { belowId, downTo: lowest, withShares: question.withShares, most: count + 1 }
    const late = await readLate(feeds, pulse, viewer, asked)
    const ids = merge(part.ids, late).filter((id) => question.withShares || kindOfId(id) !== 'share')
    // However much is under way, no more is looked at than was asked for.
    const next = ids.slice(0, count)
    const isAll = next.length === ids.length
    belowTheHead = isAll && part.toTheEnd
    const downTo = isAll ? lowest : (next.at(-1) ?? lowest)
    return factsOf(feeds, pulse, viewer, question, next, { downTo, ended: belowTheHead && part.watermark === 0 })
  }
}

/** The part of the head below the key; where there is no head it is built first. Undefined when Redis does not answer. */
async function readPart(feeds: WarmFeeds, pulse: Pulse, viewer: WarmViewer, belowId: number, count: number): Promise<HeadPart | undefined> {
  let part: HeadPart | undefined
  try {
    part = await feeds.heads.read(pulse, viewer, belowId, count)
  } catch {
    return undefined
  }
  if (part) {
    tally.feeds.head += 1
    return part
  }
  tally.feeds.built += 1
  return cutPart(await feeds.build(pulse, viewer), belowId, count)
}

function cutPart({ ids, watermark }: HeadEntries, belowId: number, count: number): HeadPart {
  const below = ids.filter((id) => id < belowId)
  return { ids: below.slice(-count).reverse(), toTheEnd: below.length <= count, watermark }
}

/** Both, newest first, each once. What comes from the head is in its order already. */
function merge(ids: number[], late: number[]): number[] {
  return late.length === 0 ? ids : [...new Set([...ids, ...late])].sort((a, b) => b - a)
}

/** Out of the rows kept here, where every change is heard of; who has just written sees their write, and so reads the primary. */
async function factsOf(
  { reader, rows, relations }: WarmFeeds,
  pulse: Pulse,
  viewer: WarmViewer,
  { viewerId, includeOwn }: Pick<FeedQuestion, 'viewerId' | 'includeOwn'>,
  ids: number[],
  border: Pick<NextEntries, 'downTo' | 'ended'>,
): Promise<NextEntries> {
  const entries =
    rows.stands() && !viewer.wroteRecently
      ? await keptEntries(rows, viewerId, await relations.of(pulse.epoch, viewer), ids)
      : await readEntries(reader, viewerId, ids)
  return { ...border, entries: includeOwn ? entries : entries.filter(({ actorId }) => actorId !== viewerId), dear: false }
}
