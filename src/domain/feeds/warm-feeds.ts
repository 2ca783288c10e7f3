import type { Hearing } from '../../platform/broadcast/hearing.ts'
import type { Redis } from '../../platform/cache/open-redis.ts'
import type { Reader, Writer } from '../../platform/database/statement.ts'
import { type Gate, makeGate } from '../../platform/gate.ts'
import type { HeadEntries } from './heads/head-entries.ts'
import { type Heads, openHeads } from './heads/open-heads.ts'
import type { Pulse } from './heads/pulse.ts'
import { type KeptRelations, keepRelations } from './relations.ts'
import { openRows, type Rows } from './rows/open-rows.ts'

const BUILDS_AT_ONCE_MAX = 8
const BUILDS_WAITING_MAX = 1000
/** Reads by the truth at once in a process that has heads: what PostgreSQL survives when all of Redis is gone. */
const PULLS_AT_ONCE_MAX = 16
const PULLS_WAITING_MAX = 500

/** The viewer of a request, as read with it. */
export interface WarmViewer {
  id: number
  /** Of whom they hear: follow, block and mute raise it. */
  version: number
  /** Their own last writes may be in no head and no pulse yet. */
  wroteRecently: boolean
}

/** What a process that serves feeds keeps warm. */
export interface WarmFeeds {
  reader: Reader
  heads: Heads
  relations: KeptRelations
  rows: Rows
  pulls: Gate
  /** Builds the viewer's head; whoever asks meanwhile waits for the same one. @throws Unavailable */
  build(pulse: Pulse, viewer: WarmViewer): Promise<HeadEntries>
  close(): Promise<void>
}

export interface WarmFeedsSettings {
  redis: Redis
  hearing: Hearing
  database: Reader & Writer
  prefix: string
  headLengthMax?: number
}

export function openWarmFeeds({ redis, hearing, database, prefix, headLengthMax }: WarmFeedsSettings): WarmFeeds {
  const rows = openRows(database, hearing)
  // An import writes past every verb, and raises the epoch.
  const heads = openHeads({ redis, database, prefix, onNewEpoch: rows.dropAll, ...(headLengthMax && { lengthMax: headLengthMax }) })
  const relations = keepRelations(database)
  const builds = makeGate({
    atOnceMax: BUILDS_AT_ONCE_MAX,
    waitingMax: BUILDS_WAITING_MAX,
    reason: 'too many feeds are read for the first time at once',
  })
  const pulls = makeGate({
    atOnceMax: PULLS_AT_ONCE_MAX,
    waitingMax: PULLS_WAITING_MAX,
    reason: 'too many feeds are read from the database at once',
  })
  const building = new Map<string, Promise<HeadEntries>>()

  function build(pulse: Pulse, viewer: WarmViewer): Promise<HeadEntries> {
    const name = `${viewer.id}.${viewer.version}.${pulse.epoch}`
    const underWay = building.get(name)
    if (underWay) return underWay
    const begun = builds(async () => heads.build(pulse, viewer, (await relations.of(pulse.epoch, viewer)).follows.size)).finally(() =>
      building.delete(name),
    )
    building.set(name, begun)
    return begun
  }

  const close = async () => {
    heads.close()
    rows.close()
  }
  return { reader: database, heads, relations, rows, pulls, build, close }
}
