import type { Reader, Writer } from '../../../platform/database/statement.ts'
import { gather } from '../../../platform/gather.ts'
import { meetRun, PENDING_MAX, readEpoch, readPulse, sayHeadsAreKept } from './pulse-statements.ts'

const PULSE_MS = 200
const TAKEN_AT_ONCE_MAX = 1000
/** An older pulse is none: what was written since might be in no head. */
const AGE_MS_MAX = 2000

/** What was true at one moment: under which epoch heads are kept, and which entries are not yet in every head. */
export interface Pulse {
  /** The epoch and the run: heads bear both in their keys. */
  epoch: string
  run: string
  /** The entries under way, by who wrote or shared, newest first. */
  pending: ReadonlyMap<number, readonly number[]>
  pendingCount: number
}

/** Where heads are kept: what a delivery needs of a pulse, and no more. */
export type Epoch = Pick<Pulse, 'epoch' | 'run'>

export interface Pulses {
  /** The last pulse, if it is of this run, young, and not too full; else undefined, and feeds are read from SQL. */
  latest(): Pulse | undefined
  /** Takes one now. Undefined while there is no Redis. */
  take(): Promise<Pulse | undefined>
  /** Looks at the epoch alone, which costs nothing of what is under way. */
  takeEpoch(): Promise<Epoch | undefined>
  /** How old the last one is; undefined before the first. */
  ageMs(): number | undefined
  close(): void
}

/**
 * Looks at the epoch and at what is under way five times a second. A run of Redis that was never met is registered before anything is
 * read under it.
 */
export function openPulses(database: Reader & Writer, currentRun: () => string | undefined, onNewEpoch = () => {}): Pulses {
  let last: { pulse: Pulse; at: number; text: string } | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false

  async function takeNow(): Promise<Pulse | undefined> {
    const run = currentRun()
    if (run === undefined) return undefined
    let at = performance.now()
    let row = await readPulse(database)
    if (row.run !== run) {
      await meetRun(database, run)
      at = performance.now()
      row = await readPulse(database)
    }
    // Heads are kept elsewhere: we are still connected to a server that everybody else has left.
    if (row.run !== run) {
      last = undefined
      return undefined
    }
    if (row.keptIsOld) await sayHeadsAreKept(database)
    const pending = last?.text === row.pending ? last.pulse.pending : parsePending(row.pending)
    const pulse = { epoch: `${row.epoch}.${run}`, run, pending, pendingCount: row.pendingCount }
    if (last && pulse.epoch !== last.pulse.epoch) onNewEpoch()
    if (!last || at > last.at) last = { pulse, at, text: row.pending }
    return pulse
  }

  // Whoever takes one in the same turn of the event loop takes the same.
  const takeTogether = gather(async (asked: undefined[]) => {
    const pulse = await takeNow()
    return asked.map(() => pulse)
  }, TAKEN_AT_ONCE_MAX)
  const take = () => takeTogether(undefined)

  const takeEpochTogether = gather(async (asked: undefined[]) => {
    const run = currentRun()
    const row = run === undefined ? undefined : await readEpoch(database)
    // A run that nobody met is for a whole pulse.
    const taken = row && run !== undefined && row.run === run ? { epoch: `${row.epoch}.${run}`, run } : await takeNow()
    return asked.map(() => taken)
  }, TAKEN_AT_ONCE_MAX)

  async function beat(): Promise<void> {
    await take().catch(() => undefined) // an old pulse is none: that is noticed where it is read
    if (!closed) timer = setTimeout(beat, PULSE_MS).unref()
  }
  void beat()

  return {
    take,
    takeEpoch: () => takeEpochTogether(undefined),
    latest: () => {
      if (!last || performance.now() - last.at > AGE_MS_MAX || last.pulse.run !== currentRun()) return undefined
      return last.pulse.pendingCount > PENDING_MAX ? undefined : last.pulse
    },
    ageMs: () => last && performance.now() - last.at,
    close: () => {
      closed = true
      clearTimeout(timer)
    },
  }
}

function parsePending(text: string): Map<number, number[]> {
  const pending = new Map<number, number[]>()
  if (text === '') return pending
  for (const pair of text.split(',')) {
    const border = pair.indexOf(':')
    const [entryId, actorId] = [Number(pair.slice(0, border)), Number(pair.slice(border + 1))]
    const entries = pending.get(actorId)
    if (entries) entries.push(entryId)
    else pending.set(actorId, [entryId])
  }
  for (const [actorId, ids] of pending)
    if (ids.length > 1)
      pending.set(
        actorId,
        [...new Set(ids)].sort((a, b) => b - a),
      )
  return pending
}
