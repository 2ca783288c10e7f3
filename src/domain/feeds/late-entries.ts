import type { Pulse } from './heads/pulse.ts'
import { readOwnEntries } from './own-entries.ts'
import type { Relations } from './relations.ts'
import type { WarmFeeds, WarmViewer } from './warm-feeds.ts'

/** What may be missing in the head between two keys: entries under way of whom the viewer follows, and the viewer's own last ones. */
export async function readLate(feeds: WarmFeeds, pulse: Pulse, viewer: WarmViewer, belowId: number, downTo: number): Promise<number[]> {
  const own = viewer.wroteRecently ? await readOwnEntries(feeds.reader, viewer.id, belowId, downTo) : []
  if (pulse.pendingCount === 0) return own
  const { follows } = await feeds.relations.of(pulse.epoch, viewer)
  const pending = [...(pulse.pending.get(viewer.id) ?? []), ...underWayOf(pulse, follows)]
  return [...own, ...pending.filter((id) => id < belowId && id >= downTo)]
}

/** By whichever are fewer, those followed or those who have something under way: thousands of entries cost a reader who follows sixty little. */
function underWayOf({ pending }: Pulse, follows: Relations['follows']): number[] {
  const found: number[] = []
  if (follows.size < pending.size) {
    for (const actorId of follows) found.push(...(pending.get(actorId) ?? []))
  } else {
    for (const [actorId, ids] of pending) if (follows.has(actorId)) found.push(...ids)
  }
  return found
}
