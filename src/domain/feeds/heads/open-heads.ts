import { randomUUID } from 'node:crypto'
import type { Redis } from '../../../platform/cache/open-redis.ts'
import type { Reader, Writer } from '../../../platform/database/statement.ts'
import { point } from '../../../platform/point.ts'
import { openAdditions } from './add-to-heads.ts'
import { type HeadEntries, readHeadEntries } from './head-entries.ts'
import { headKey, headPattern, viewerOfKey } from './head-keys.ts'
import { dropHeadScript, installHeadScript, markHeadScript, wholeHeadScript } from './head-scripts.ts'
import { type Epoch, openPulses, type Pulse } from './pulse.ts'
import { type HeadPart, openHeadReader } from './read-heads.ts'

const HEAD_LENGTH_MAX = 800
/** A head grows by so many beyond its length before it is trimmed: trimming each time would cost more than the bytes. */
const HEAD_SLACK = 80
/** However often it is read: no unknown fault outlives a day. */
const HEAD_LIVES_MS = 24 * 3_600_000
/** A builder that died leaves its marker for so long. */
const MARKER_LIVES_MS = 30_000

export interface Heads {
  /** The last pulse; undefined when heads are not to be trusted: no Redis, an old pulse, too much under way. */
  pulse(): Pulse | undefined
  /** How old the last pulse is; undefined before the first. */
  pulseAgeMs(): number | undefined
  /** Takes a new pulse. */
  takePulse(): Promise<Pulse | undefined>
  /** Looks at the epoch alone: what a worker delivers under. */
  takeEpoch(): Promise<Epoch | undefined>
  /** The newest `count` entries below a key; undefined when there is no head of this version. @throws Unavailable */
  read(pulse: Pulse, viewer: { id: number; version: number }, belowId: number, count: number): Promise<HeadPart | undefined>
  /** Builds the head anew and answers what it holds. `follows` is about how many the viewer follows. @throws Unavailable for a database that does not answer */
  build(pulse: Pulse, viewer: { id: number; version: number }, follows: number): Promise<HeadEntries>
  /** Puts an entry into those of these viewers' heads that are there, together with what others add at the same time. @throws Unavailable */
  add(epoch: Epoch, viewerIds: readonly number[], entryId: number): Promise<void>
  /** Up to `count` viewers who have a head. @throws Unavailable */
  sample(pulse: Pulse, count: number): Promise<number[]>
  /** A whole head, ascending, with the version that it was built for. The first id is its watermark. @throws Unavailable */
  readWhole(pulse: Pulse, viewerId: number): Promise<{ version: number; ids: number[] } | undefined>
  /** Takes a head away: the next read builds it anew. @throws Unavailable */
  drop(pulse: Pulse, viewerId: number): Promise<void>
  close(): void
}

export interface HeadsSettings {
  redis: Redis
  database: Reader & Writer
  prefix: string
  /** Is told when the epoch is another one. */
  onNewEpoch?: () => void
  /** Entries a head keeps. */
  lengthMax?: number
}

/** Heads: for who read within the last day, the newest entries that the follow graph gives them, in Redis. All of it may be lost. */
export function openHeads({ redis, database, prefix, onNewEpoch, lengthMax = HEAD_LENGTH_MAX }: HeadsSettings): Heads {
  const slack = Math.ceil((lengthMax * HEAD_SLACK) / HEAD_LENGTH_MAX)
  const pulses = openPulses(database, redis.run, onNewEpoch)
  const add = openAdditions(redis, { prefix, lengthMax, slack })
  const keyOf = (pulse: Pulse, viewerId: number) => headKey(prefix, pulse.epoch, viewerId)

  const read = openHeadReader(redis)

  async function build(pulse: Pulse, viewer: { id: number; version: number }, follows: number): Promise<HeadEntries> {
    const key = keyOf(pulse, viewer.id)
    const marker = `m${randomUUID()}`
    // The marker stands before the snapshot is taken: what commits after the snapshot is added to it. Without one nothing is installed.
    const marked = await redis
      .call(markHeadScript, [key], [headerOf(viewer.version), marker, String(MARKER_LIVES_MS)])
      .then((reply) => reply === 1)
      .catch(() => false)
    await point('head:marked', viewer.id)
    const entries = await readHeadEntries(database, viewer.id, lengthMax, follows)
    await point('head:snapshot-taken', viewer.id)
    if (marked) {
      const { version, watermark, ids } = entries
      const args = [marker, headerOf(version), String(HEAD_LIVES_MS), String(lengthMax), String(watermark), ...ids.map(String)]
      await redis.call(installHeadScript, [key], args).catch(() => undefined)
    }
    return entries
  }

  async function readWhole(pulse: Pulse, viewerId: number) {
    const reply = await redis.call(wholeHeadScript, [keyOf(pulse, viewerId)], [])
    if (reply === null) return undefined
    const [header, ...ids] = reply as string[]
    return { version: Number(header?.slice(1)), ids: ids.map(Number) }
  }

  const sample = async (pulse: Pulse, count: number) => (await redis.keys(headPattern(prefix, pulse.epoch), count)).map(viewerOfKey)
  const drop = async (pulse: Pulse, viewerId: number) => {
    await redis.call(dropHeadScript, [keyOf(pulse, viewerId)], [])
  }

  return {
    sample,
    readWhole,
    drop,
    pulse: pulses.latest,
    takePulse: pulses.take,
    takeEpoch: pulses.takeEpoch,
    pulseAgeMs: pulses.ageMs,
    build,
    add,
    close: pulses.close,
    read: (pulse, { id, version }, belowId, count) => read({ key: keyOf(pulse, id), header: headerOf(version), belowId, count }),
  }
}

function headerOf(version: number): string {
  return `v${version}`
}
