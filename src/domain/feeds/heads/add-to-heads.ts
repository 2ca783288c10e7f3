import type { Redis } from '../../../platform/cache/open-redis.ts'
import { makeGate } from '../../../platform/gate.ts'
import { gather } from '../../../platform/gather.ts'
import { bucketOf, headKey } from './head-keys.ts'
import { addToHeadsScript } from './head-scripts.ts'
import type { Epoch } from './pulse.ts'

/** Keys of one script call: a call blocks Redis while it runs. */
const KEYS_A_CALL_MAX = 500
/** So many calls are under way: Redis is kept at work, and none of them waits so long that it counts as unanswered. */
const CALLS_AT_ONCE_MAX = 32
const CALLS_WAITING_MAX = 1_000_000
const ADDITIONS_AT_ONCE_MAX = 32

interface Addition {
  epoch: Epoch
  viewerIds: readonly number[]
  entryId: number
}

/** What the script is called with, but for the bounds of a head: keys of one bucket, and for each the ids that go into it, ascending. */
export interface AdditionCall {
  keys: string[]
  ids: string[]
}

export interface HeadBounds {
  prefix: string
  lengthMax: number
  slack: number
}

/** Adds entries to heads: those that are added in the same turn of the event loop go together, one call a bucket. */
export function openAdditions(redis: Redis, { prefix, lengthMax, slack }: HeadBounds) {
  const bounds = [String(lengthMax), String(slack)]
  const gate = makeGate({ atOnceMax: CALLS_AT_ONCE_MAX, waitingMax: CALLS_WAITING_MAX, reason: 'too many deliveries wait for Redis' })

  const addTogether = gather(async (additions: Addition[]) => {
    const calls = [...Map.groupBy(additions, ({ epoch }) => epoch.epoch)].flatMap(([epoch, each]) => callsOf(prefix, epoch, each))
    await Promise.all(calls.map(({ keys, ids }) => gate(() => redis.call(addToHeadsScript, keys, [...bounds, ...ids]))))
    return additions.map(() => undefined)
  }, ADDITIONS_AT_ONCE_MAX)

  return async (epoch: Epoch, viewerIds: readonly number[], entryId: number): Promise<void> => {
    await addTogether({ epoch, viewerIds, entryId })
  }
}

/** The calls that put each entry into the heads of its viewers. */
export function callsOf(prefix: string, epoch: string, additions: readonly Omit<Addition, 'epoch'>[]): AdditionCall[] {
  const byViewer = new Map<number, string>()
  for (const { viewerIds, entryId } of [...additions].sort((a, b) => a.entryId - b.entryId)) {
    const id = String(entryId)
    for (const viewerId of viewerIds) {
      const before = byViewer.get(viewerId)
      byViewer.set(viewerId, before === undefined ? id : `${before},${id}`)
    }
  }
  const open = new Map<number, AdditionCall>()
  const calls: AdditionCall[] = []
  for (const [viewerId, ids] of byViewer) {
    const bucket = bucketOf(viewerId)
    let call = open.get(bucket)
    if (!call || call.keys.length === KEYS_A_CALL_MAX) {
      call = { keys: [], ids: [] }
      open.set(bucket, call)
      calls.push(call)
    }
    call.keys.push(headKey(prefix, epoch, viewerId))
    call.ids.push(ids)
  }
  return calls
}
