import { describe, expect, it } from 'vitest'
import { nextTick, type Schedule, ticksDue } from '../../src/platform/schedules/schedule.ts'
import { SCHEDULES } from '../../src/workers/schedules.ts'

const at = (time: string) => new Date(`2026-03-29T${time}Z`)
const hourly: Schedule = { name: 'test.hourly', pattern: '0 * * * *', missed: 'catch-up', jobs: [] }
const eachTenSeconds: Schedule = { name: 'test.often', pattern: '*/10 * * * * *', missed: 'skip', jobs: [] }

describe('what is due', () => {
  it.each([
    ['nothing before its time', hourly, '04:00:00', '03:59:59.999', [], '04:00:00'],
    ['a tick at its time', hourly, '04:00:00', '04:00:00', ['04:00:00'], '05:00:00'],
    ['each that is only late', eachTenSeconds, '04:00:10', '04:00:35', ['04:00:10', '04:00:20', '04:00:30'], '04:00:40'],
    ['one for all that were missed', hourly, '01:00:00', '04:30:00', ['04:00:00'], '05:00:00'],
    ['one for those missed, and the one that is late', hourly, '01:00:00', '04:00:30', ['03:00:00', '04:00:00'], '05:00:00'],
    ['none of those missed', { ...hourly, missed: 'skip' as const }, '01:00:00', '04:30:00', [], '05:00:00'],
    ['the late one, and none of those missed', { ...hourly, missed: 'skip' as const }, '01:00:00', '04:00:30', ['04:00:00'], '05:00:00'],
    ['in UTC, where no hour is left out in spring', hourly, '01:00:00', '01:00:01', ['01:00:00'], '02:00:00'],
  ])('%s', (_, schedule, due, now, fired, next) => {
    expect(ticksDue(schedule, at(due), at(now))).toEqual({ fire: fired.map(at), next: at(next) })
  })
})

it('every schedule has a name of its own, a pattern that is due again, and jobs that take its tick', () => {
  expect(new Set(SCHEDULES.map(({ name }) => name)).size).toBe(SCHEDULES.length)
  for (const schedule of SCHEDULES) {
    expect(nextTick(schedule, at('00:00:00')).getTime()).toBeGreaterThan(at('00:00:00').getTime())
    expect(schedule.jobs.length).toBeGreaterThan(0)
    for (const job of schedule.jobs) job.input.parse({ dueAt: at('00:00:00').toISOString() })
  }
})
