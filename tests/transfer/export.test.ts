import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cast, type Nexus, post, startNexus } from '../cast.ts'
import { openDatabaseProxy } from '../platform/database-proxy.ts'
import { layOut, runExport } from './run-transfer.ts'

const MAIN = resolve(import.meta.dirname, '../../src/main.ts')
/** PostgreSQL's CopyDone: the last row was sent. How many there were is said after it. */
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4])

let nexus: Nexus
beforeAll(async () => {
  nexus = await startNexus()
  const { alice, bob } = await cast(nexus, 'alice', 'bob')
  for (const author of [alice, bob, bob]) await post(nexus, author, 'words')
})
afterAll(() => nexus.close())

it('says how many rows each file has, also where the database takes its time to say so', async () => {
  const proxy = await openDatabaseProxy(nexus.databaseUrl, { pauseAfter: COPY_DONE })
  try {
    const folder = join(await layOut(), 'export')
    const { out } = await runExport({ ...nexus, databaseUrl: proxy.url }, folder)
    const said = [...out.matchAll(/^(\w+\.csv) +(\d+) rows$/gm)].map(([, file, rows]) => ({ file, rows: Number(rows) }))
    expect(said).toContainEqual({ file: 'users.csv', rows: 2 })
    expect(said).toContainEqual({ file: 'posts.csv', rows: 3 })
    for (const { file, rows } of said) {
      const lines = (await readFile(join(folder, file!), 'utf8')).trimEnd().split('\n')
      expect(rows, file).toBe(lines.length - 1)
    }
  } finally {
    await proxy.close()
  }
})

it.each(['/proc/nexus-export', '/proc/nexus-export/deeper', '/dev/null/export', '/sys/nexus-export'])(
  'says that it cannot write into %s',
  async (folder) => {
    const env = { ...process.env, DATABASE_URL: nexus.databaseUrl, NEXUS_DATA_DIR: nexus.dataDir }
    const child = spawn(process.execPath, [MAIN, 'export', folder], { env, stdio: ['ignore', 'ignore', 'pipe'], timeout: 10_000 })
    let said = ''
    child.stderr.on('data', (data) => {
      said += data
    })
    const [code] = await once(child, 'close')
    expect(said).toMatch(new RegExp(`^${folder} cannot be made or read as a folder \\(E[A-Z]+\\)\\.\n$`))
    expect(code).toBe(1)
  },
)
