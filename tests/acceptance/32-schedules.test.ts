import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { fireTicks } from '../../src/platform/schedules/fire-ticks.ts'
import { type Schedule, Tick } from '../../src/platform/schedules/schedule.ts'
import { type Nexus, startNexus } from '../cast.ts'
import { settled } from '../outbox/settled.ts'
import { startScheduler } from '../schedules/scheduler-process.ts'

let nexus: Nexus
const children: ChildProcess[] = []
beforeAll(async () => {
  nexus = await startNexus({ roles: [] })
})
beforeEach(() => nexus.sql('delete from jobs; delete from schedules; delete from schedule_lease'))
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await nexus.close()
})

function start(clockOffMs = 0): ChildProcess {
  const child = startScheduler(nexus.databaseUrl, clockOffMs)
  children.push(child)
  return child
}

const readTicks = async () =>
  (await nexus.sql<{ at: Date }>(`select (payload ->> 'dueAt')::timestamptz as at from jobs where name = 'test.tick' order by id`)).map(
    ({ at }) => at.getTime() / 1000,
  )
const readHolder = async () => (await nexus.sql<{ holder: string }>('select holder from schedule_lease'))[0]?.holder

/** Waits until so many ticks are there, and expects each second among them to be there once. */
async function expectEachOnce(count: number): Promise<number[]> {
  const ticks = await settled(readTicks, ({ length }) => length >= count)
  expect(ticks).toEqual(ticks.map((_, place) => ticks[0]! + place))
  return ticks
}

it('fires each tick once with two schedulers, by the clock of the database, and goes on when one is killed and when one leaves', async () => {
  const first = start()
  const holder = await settled(readHolder, Boolean)
  const second = start(3_600_000) // and its clock is an hour ahead
  await expectEachOnce(2)
  expect(await readHolder()).toBe(holder)
  first.kill('SIGKILL')
  await once(first, 'exit')
  const before = await expectEachOnce(2)
  const heir = await settled(readHolder, (now) => now !== holder)
  const after = await expectEachOnce(before.length + 2)
  const [database] = await nexus.sql<{ now: Date }>('select now() as now')
  expect(Math.abs(database!.now.getTime() / 1000 - after.at(-1)!)).toBeLessThan(60)

  const third = start()
  second.kill('SIGTERM')
  await once(second, 'exit')
  await settled(readHolder, (now) => now !== heir)
  await expectEachOnce((await readTicks()).length + 1)
  third.kill('SIGKILL')
  await once(third, 'exit')
})

const yearly = { pattern: '0 0 1 1 *', jobs: [{ name: 'test.tick', lane: 'bulk' as const, input: Tick }] }
const AWAY: readonly Schedule[] = [
  { ...yearly, name: 'test.caught-up', missed: 'catch-up' },
  { ...yearly, name: 'test.skipped', missed: 'skip' },
]

it('makes up once for all that was missed during an outage, or leaves it out, as the table says', async () => {
  const holder = crypto.randomUUID()
  expect((await fireTicks(nexus.app.database, AWAY, holder, 30)).ticks).toEqual([])
  await nexus.sql(`update schedules set next_due_at = '2021-01-01T00:00:00Z'`) // and nobody was there since
  const { ticks } = await fireTicks(nexus.app.database, AWAY, holder, 30)
  const year = new Date().getUTCFullYear()
  expect(ticks).toEqual([{ name: 'test.caught-up', dueAt: new Date(Date.UTC(year, 0, 1)) }])
  expect(await readTicks()).toEqual([Date.UTC(year, 0, 1) / 1000])
  expect(await nexus.sql('select distinct next_due_at as at from schedules')).toEqual([{ at: new Date(Date.UTC(year + 1, 0, 1)) }])
  expect((await fireTicks(nexus.app.database, AWAY, holder, 30)).ticks).toEqual([])
})

it('fires nothing for who does not hold the lease, and begins anew when the pattern of a schedule is another', async () => {
  const [holder, other] = [crypto.randomUUID(), crypto.randomUUID()]
  await fireTicks(nexus.app.database, AWAY, holder, 30)
  await nexus.sql(`update schedules set next_due_at = '2021-01-01T00:00:00Z'`)
  const { holding, ticks, waitMs } = await fireTicks(nexus.app.database, AWAY, other, 30)
  expect({ holding, ticks, waits: waitMs > 20_000 }).toEqual({ holding: false, ticks: [], waits: true })
  const changed = AWAY.map((schedule) => ({ ...schedule, pattern: '0 0 2 1 *' }))
  expect((await fireTicks(nexus.app.database, changed, holder, 30)).ticks).toEqual([])
  expect(await readTicks()).toEqual([])
})
