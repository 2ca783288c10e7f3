import pg from 'pg'
import { readConfig } from '../src/config.ts'
import { openEmbeddedServer } from '../src/platform/database/embedded/open-embedded-server.ts'

/**
 * Runs SQL on the database that the settings name, the embedded one too, and prints what it answers: `npx node tools/query.ts 'select 1 as one'`.
 * For looking around, and for the experiments of the hub.
 */
async function query(text: string): Promise<void> {
  const config = readConfig()
  const log = { info: () => {}, warn: console.warn } as never
  const server = config.DATABASE_URL ? undefined : await openEmbeddedServer({ dataDir: config.NEXUS_DATA_DIR, purpose: 'command', log })
  const client = new pg.Client({ connectionString: config.DATABASE_URL ?? server?.url })
  try {
    await client.connect()
    const { rows, fields } = await client.query({ text, rowMode: 'array' })
    for (const cells of [fields.map(({ name }) => name), ...rows]) console.log(cells.map(String).join(' | '))
  } catch (error) {
    console.log(`ERROR: ${(error as Error).message}`)
    process.exitCode = 1
  } finally {
    await client.end()
    await server?.close()
  }
}

await query(process.argv[2] ?? 'select version()')
