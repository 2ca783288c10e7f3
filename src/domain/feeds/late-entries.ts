import { kindOfId } from '../../platform/ids.ts'
import type { Pulse } from './heads/pulse.ts'
import { readOwnEntries } from './own-entries.ts'
import type { Relations } from './relations.ts'
import type { WarmFeeds, WarmViewer } from './warm-feeds.ts'

export interface LatePart {
  belowId: number
  downTo: number
  withShares: boolean
  /** Of what is under way no more than these are of use. */
  most: number
}

/** What may be missing in the head between two keys: the newest entries under way of whom the viewer follows, and the viewer's own last ones. */
export async function readLate(feeds: WarmFeeds, pulse: Pulse, viewer: WarmViewer, part: LatePart): Promise<number[]> {
  const own = viewer.wroteRecently ? await readOwnEntries(feeds.reader, viewer.id, part.belowId, part.downTo) : []
  if (pulse.pendingCount === 0) return own
  const { follows } = await feeds.relations.of(pulse.epoch, viewer)
  return [...own, ...newestOf(underWayOf(pulse, viewer.id, follows), part)]
}

/** By whichever are fewer, those followed or those who have something under way. */
function* underWayOf({ pending }: Pulse, viewerId: number, follows: Relations['follows']): Generator<readonly number[]> {
  yield pending.get(viewerId) ?? []
  if (follows.size < pending.size) {
    for (const actorId of follows) yield pending.get(actorId) ?? []
  } else {
    for (const [actorId, ids] of pending) if (follows.has(actorId)) yield ids
  }
}

/** So many times as much as is wanted is gathered before it is cut to what is. */
const GATHERED = 4

/** The newest of many lists, each newest first: once enough is found, most lists cost no more than a look at their first. */
function newestOf(lists: Iterable<readonly number[]>, { belowId, downTo, withShares, most }: LatePart): number[] {
  let found: number[] = []
  let lowest = downTo
  const cut = () => {
    found = [...Float64Array.from(found).sort().subarray(-most)]
    lowest = found[0] ?? lowest
  }
  for (const ids of lists) {
    for (const id of ids) {
      if (id < lowest) break
      if (id < belowId && (withShares || kindOfId(id) !== 'share')) found.push(id)
    }
    if (found.length >= GATHERED * most) cut()
  }
  if (found.length > most) cut()
  return found
}
