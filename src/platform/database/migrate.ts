import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type pg from 'pg'
import { StartupError } from '../startup-error.ts'
import type { Database } from './open-database.ts'

const MIGRATIONS = new URL('../../../migrations/', import.meta.url)
/** Any number, the same in every process: whoever migrates holds this advisory lock. */
const MIGRATION_LOCK = 7_316_552

interface Migration {
  version: number
  name: string
  text: string
  checksum: string
}

/**
 * Brings the schema up to date, one transaction a migration, each under an advisory lock: any number of processes may start at once, also
 * through a pooler. `mode` never changes nothing. Answers the names of what was applied here.
 * @throws StartupError when the schema is old and may not be changed, or when an applied migration was edited since.
 */
export async function migrate(database: Pick<Database, 'session'>, mode: 'auto' | 'never'): Promise<string[]> {
  const migrations = await readMigrations()
  return database.session(async (client) => {
    const pending = await findPending(client, migrations)
    if (pending.length > 0 && mode === 'never') {
      throw new StartupError(
        `The database lacks ${pending.length} migrations and NEXUS_MIGRATE=never forbids them here: run "nexus migrate" first.`,
      )
    }
    const applied: string[] = []
    for (const migration of pending) if (await apply(client, migration)) applied.push(migration.name)
    return applied
  })
}

async function readMigrations(): Promise<Migration[]> {
  const files = (await readdir(MIGRATIONS)).filter((file) => /^\d{4}-.+\.sql$/.test(file)).sort()
  return Promise.all(
    files.map(async (name) => {
      const text = await readFile(new URL(name, MIGRATIONS), 'utf8')
      return { version: Number(name.slice(0, 4)), name, text, checksum: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

async function findPending(client: pg.Client, migrations: Migration[]): Promise<Migration[]> {
  const there = await client.query(`select to_regclass('schema_migrations') is not null as there`)
  const applied = there.rows[0].there ? (await client.query('select version, checksum from schema_migrations')).rows : []
  const checksums = new Map<number, string>(applied.map((row) => [row.version, row.checksum]))
  for (const { version, name, checksum } of migrations) {
    if (checksums.has(version) && checksums.get(version) !== checksum) {
      throw new StartupError(
        `migrations/${name} is not what was applied to this database. Put it back, and make changes in a new migration.`,
      )
    }
  }
  return migrations.filter(({ version }) => !checksums.has(version))
}

/** Answers false when another process has applied it meanwhile. */
async function apply(client: pg.Client, migration: Migration): Promise<boolean> {
  const { version, name, text, checksum } = migration
  await client.query('begin')
  try {
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    // Before the look: within the transaction the catalog may still say that a table is missing which was made while we waited.
    await client.query(CREATE_SCHEMA_MIGRATIONS)
    const stillPending = (await findPending(client, [migration])).length > 0
    if (stillPending) {
      await client.query(text)
      await client.query('insert into schema_migrations (version, name, checksum) values ($1, $2, $3)', [version, name, checksum])
    }
    await client.query('commit')
    return stillPending
  } catch (error) {
    await client.query('rollback')
    throw error instanceof StartupError ? error : new Error(`migrations/${name} failed: ${(error as Error).message}`, { cause: error })
  }
}

const CREATE_SCHEMA_MIGRATIONS = `create table if not exists schema_migrations
  (version int primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`
