import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'

const PROJECT = resolve(import.meta.dirname, '../..')

// A scheduler alone, on a table of its own: one schedule that is due each second. Its own clock may be wrong.
const SCHEDULER = `
  const [tree, url, clockOffMs] = process.argv.slice(1)
  const RealDate = Date
  globalThis.Date = class extends RealDate {
    constructor(...given) { given.length > 0 ? super(...given) : super(RealDate.now() + Number(clockOffMs)) }
    static now() { return RealDate.now() + Number(clockOffMs) }
  }
  const { openDatabase } = await import(tree + '/src/platform/database/open-database.ts')
  const { runScheduler } = await import(tree + '/src/workers/run-scheduler.ts')
  const database = await openDatabase({ url, prepare: true, readers: 1, writers: 1 })
  const log = { debug: () => {}, warn: ({ err }) => console.error(err) }
  const schedules = [{ name: 'test.tick', pattern: '* * * * * *', missed: 'skip', jobs: [{ name: 'test.tick', lane: 'bulk' }] }]
  const scheduler = runScheduler(database, schedules, log, { leaseSeconds: 1, lookMs: 200 })
  process.on('SIGTERM', async () => { await scheduler.close(); process.exit() })`

/** Starts a scheduler in a process of its own, so that it can be killed. Its lease lasts a second. */
export function startScheduler(databaseUrl: string, clockOffMs: number): ChildProcess {
  const args = ['--input-type=module', '-e', SCHEDULER, PROJECT, databaseUrl, String(clockOffMs)]
  return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
}
