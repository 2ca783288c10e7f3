import { firstRow, type Reader, statement, type Tx, type Writer } from '../database/statement.ts'

// The row is locked until the commit: whoever takes the lease over sees all that was fired under it.
const take = statement<{ now: Date }>(
  'schedules.take-lease',
  `insert into schedule_lease as lease (holder, held_until) values ($1, clock_timestamp() + make_interval(secs => $2))
   on conflict (single) do update set holder = excluded.holder, held_until = clock_timestamp() + make_interval(secs => $2)
     where lease.holder = excluded.holder or lease.held_until <= clock_timestamp()
   returning clock_timestamp() as now`,
)

/** Takes the lease, or keeps it. Answers the database's time; undefined where another holds it. */
export async function takeLease(tx: Tx, holder: string, leaseSeconds: number): Promise<Date | undefined> {
  return (await firstRow(tx, take, [holder, leaseSeconds]))?.now
}

const left = statement<{ ms: number }>(
  'schedules.lease-left',
  `select greatest(0, extract(epoch from held_until - clock_timestamp()) * 1000)::float8 as ms from schedule_lease`,
)

/** How long until the lease can be taken, if its holder does not keep it. */
export async function readLeaseLeft(reader: Reader): Promise<number> {
  return (await firstRow(reader, left, []))?.ms ?? 0
}

const end = statement<never>('schedules.end-lease', `update schedule_lease set held_until = '-infinity' where holder = $1`)

/** Leaves the lease to others. */
export async function endLease(database: Writer, holder: string): Promise<void> {
  await database.transaction((tx) => tx.rows(end, [holder]))
}
