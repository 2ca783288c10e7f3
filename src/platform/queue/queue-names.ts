import { firstRow, type Reader, statement } from '../database/statement.ts'
import { LANES, type Lane } from './job.ts'

// A copy made from a template has another oid, one restored from a dump elsewhere another system identifier: a row would be copied along.
const databaseIdentity = statement<{ database: string; identity: string }>(
  'queue.database-identity',
  `select datname as database, left(md5(format('%s/%s', (select system_identifier from pg_control_system()), oid)), 8) as identity
   from pg_database where datname = current_database()`,
)

/** The names of the database's own queues, so that any number of databases share a broker without sharing jobs. */
export async function readQueueNames(reader: Reader): Promise<Record<Lane, string>> {
  const row = await firstRow(reader, databaseIdentity, [])
  const prefix = `nexus.${row?.database}.${row?.identity}`
  return Object.fromEntries(LANES.map((lane) => [lane, `${prefix}.${lane}`])) as Record<Lane, string>
}
