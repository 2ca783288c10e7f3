import { firstRow, type Reader, statement, type Writer } from '../../../platform/database/statement.ts'

/** More entries than these under way, and feeds are read from SQL. */
export const PENDING_MAX = 10_000
/** An older entry is in every head by its building, whether its fan-out was done or not: no head lives so long. */
const PENDING_HOURS_MAX = 25

export interface PulseRow {
  /** The epoch's number with the database's identity: its cluster, timeline and oid. */
  epoch: string
  /** The run that heads are kept in; null before the first. */
  run: string | null
  /** `entry:actor,entry:actor,…` of entries that are not yet in every head. */
  pending: string
  pendingCount: number
  /** Nobody has said for a while that heads are kept. */
  keptIsOld: boolean
}

const EPOCH = `e.number || '.' || (select system_identifier from pg_control_system()) || '.' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
     || '.' || (select oid from pg_database where datname = current_database()) as epoch, e.run`

const epoch = statement<Pick<PulseRow, 'epoch' | 'run'>>('feeds.epoch', `select ${EPOCH} from head_epoch e`)

/** Under which epoch heads are kept, without what is under way. */
export async function readEpoch(reader: Reader): Promise<Pick<PulseRow, 'epoch' | 'run'> | undefined> {
  return firstRow(reader, epoch, [])
}

const pulse = statement<PulseRow>(
  'feeds.pulse',
  `select ${EPOCH},
     coalesce(p.entries, '') as pending, p.many as "pendingCount",
     coalesce(e.kept_at < now() - interval '1 minute', true) as "keptIsOld"
   from head_epoch e, (
     select string_agg(entry_id || ':' || actor_id, ',') as entries, count(*)::int as many from (
       select entry_id, actor_id from jobs
       where entry_id >= ((extract(epoch from now()) * 1000)::bigint - 946684800000 - ${PENDING_HOURS_MAX * 3_600_000}) << 12 limit ${PENDING_MAX + 1}
     ) few
   ) p`,
)

/** What every process looks at a few times a second: the epoch, and what is under way. An index-only scan of jobs_of_entries. */
export async function readPulse(reader: Reader): Promise<PulseRow> {
  const row = await firstRow(reader, pulse, [])
  if (!row) throw new Error('the row of head_epoch is missing')
  return row
}

const sayKept = statement<never>('feeds.say-heads-are-kept', 'update head_epoch set kept_at = now()')

export async function sayHeadsAreKept(writer: Writer): Promise<void> {
  await writer.transaction((tx) => tx.rows(sayKept, []))
}

const headsAreKept = statement<{ kept: boolean }>(
  'feeds.heads-are-kept',
  `select coalesce(kept_at > now() - interval '${PENDING_HOURS_MAX} hours', false) as kept from head_epoch`,
)

/** Whether any process kept heads within the time that one lives. */
export async function anyHeadsAreKept(reader: Reader): Promise<boolean> {
  return (await firstRow(reader, headsAreKept, []))?.kept ?? false
}

/** Processes that keep heads say so each minute. */
const SILENT_MINUTES_MAX = 3

const addRun = statement<{ run: string }>(
  'feeds.meet-run',
  'insert into cache_runs (run_id) values ($1) on conflict do nothing returning run_id as run',
)
const raiseNumber = statement<never>('feeds.raise-epoch', 'select raise_head_epoch()')
const nobodyKeepsHeads = statement<{ nobody: boolean }>(
  'feeds.nobody-keeps-heads',
  `select coalesce(kept_at < now() - interval '${SILENT_MINUTES_MAX} minutes', true) as nobody from head_epoch for update`,
)
const setRun = statement<never>('feeds.set-run', 'update head_epoch set run = $1, kept_at = now()')

/**
 * Whoever meets a Redis that nobody met before raises the epoch, and heads are kept there from now on: no head of before is one any more. One that
 * was met and left for another is taken again only when nobody has kept heads for a while: else two parts of a divided network would take
 * turns.
 */
export async function meetRun(writer: Writer, run: string): Promise<void> {
  await writer.transaction(async (tx) => {
    const isNew = (await firstRow(tx, addRun, [run])) !== undefined
    if (!isNew && !(await firstRow(tx, nobodyKeepsHeads, []))?.nobody) return
    await tx.rows(raiseNumber, [])
    await tx.rows(setRun, [run])
  })
}
