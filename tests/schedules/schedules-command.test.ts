import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SCHEDULES } from '../../src/workers/schedules.ts'
import { type Nexus, startNexus } from '../cast.ts'
import { settled } from '../outbox/settled.ts'

const MAIN = resolve(import.meta.dirname, '../../src/main.ts')
const run = promisify(execFile)

let nexus: Nexus
beforeAll(async () => {
  nexus = await startNexus({ roles: ['scheduler'] })
  await settled(
    () => nexus.sql('select from schedules'),
    (rows) => rows.length === SCHEDULES.length,
  )
})
afterAll(() => nexus.close())

async function schedules(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env.PATH, DATABASE_URL: nexus.databaseUrl, NEXUS_DATA_DIR: nexus.dataDir }
  return run(process.execPath, [MAIN, 'schedules', ...args], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error) => error,
  )
}

it('lists every schedule with its last and its next run, and runs one now by the same jobs as its ticks', async () => {
  expect(await schedules('run', 'accounts.sweep-sessions')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Added: accounts\.sweep-sessions\./),
  })
  expect(await nexus.sql('select name, lane from jobs')).toEqual([{ name: 'accounts.sweep-sessions', lane: 'bulk' }])
  const [header, ...lines] = (await schedules()).stdout.trimEnd().split('\n')
  expect(header).toMatch(/^NAME +WHEN \(UTC\) +MISSED +LAST RUN +NEXT RUN$/)
  const instant = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ'
  expect(lines).toEqual(
    SCHEDULES.map(({ name, missed }) =>
      expect.stringMatching(new RegExp(`^${name} .+ ${missed} +${name === 'accounts.sweep-sessions' ? instant : 'never'} +${instant}$`)),
    ),
  )
})

it('refuses a name that no schedule has', async () => {
  expect(await schedules('run', 'accounts.nothing')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/No schedule is named accounts\.nothing/),
  })
})
