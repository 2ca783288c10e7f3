import { firstRow, type Reader, statement, type Writer } from '../../../platform/database/statement.ts'

/** More entries than these under way, and feeds are read from SQL. */
export const PENDING_MAX = 10_000
/** An older entry is in every head by its building, whether its fan-out was done or not: no head lives so long. */
const PENDING_HOURS_MAX = 25

export interface PulseRow {
  /** The epoch's number with the database's identity: its cluster, timeline and oid. */
  epoch: string
  /** `entry:actor,entry:actor,…` of entries that are not yet in every head. */
  pending: string
  pendingCount: number
  /** Nobody has said for a while that heads are kept. */
  keptIsOld: boolean
}

const pulse = statement<PulseRow>(
  'feeds.pulse',
  `select e.number || '.' || (select system_identifier from pg_control_system()) || '.' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
     || '.' || (select oid from pg_database where datname = current_database()) as epoch,
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

const addRun = statement<{ run: string }>(
  'feeds.meet-run',
  'insert into cache_runs (run_id) values ($1) on conflict do nothing returning run_id as run',
)
const raiseNumber = statement<never>('feeds.raise-epoch', 'select raise_head_epoch()')

/** Whoever meets a Redis that nobody met before raises the epoch: no head of before is one any more. */
export async function meetRun(writer: Writer, run: string): Promise<void> {
  await writer.transaction(async (tx) => {
    if (await firstRow(tx, addRun, [run])) await tx.rows(raiseNumber, [])
  })
}
