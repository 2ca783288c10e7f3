import { acceptFirst } from '../../domain/input/page-rules.ts'
import { type AuditSeen, readAudits } from '../../platform/observe/note-audit.ts'
import { readSystemState, type SystemState } from '../../platform/observe/system-state.ts'
import { fireNow } from '../../platform/schedules/fire-ticks.ts'
import { lookAtSchedules, type ScheduleSeen } from '../../platform/schedules/look-at-schedules.ts'
import { refuse } from '../../refusals.ts'
import type { ApiPlatform } from '../request-context.ts'
import { builder, mayAsk, mayWrite } from './builder.ts'

const MissedTicksType = builder.enumType('MissedTicks', {
  values: {
    CATCH_UP: { value: 'catch-up', description: 'One makes up for all.' },
    SKIP: { value: 'skip', description: 'They are left out.' },
  } as const,
})

const ScheduleType = builder.objectRef<ScheduleSeen>('Schedule').implement({
  description: 'Jobs that are due by the clock.',
  fields: (t) => ({
    name: t.exposeString('name'),
    pattern: t.exposeString('pattern', { description: 'A cron pattern, in UTC.' }),
    missed: t.expose('missed', { type: MissedTicksType, description: 'What becomes of ticks that nobody was there to fire.' }),
    jobs: t.exposeStringList('jobs', { description: 'Their names.' }),
    lastFiredAt: t.expose('lastFiredAt', { type: 'DateTime', nullable: true }),
    nextDueAt: t.expose('nextDueAt', { type: 'DateTime' }),
  }),
})

const AuditType = builder.objectRef<AuditSeen>('Audit').implement({
  description: 'What an audit found.',
  fields: (t) => ({
    kind: t.exposeString('kind', {
      description: '`feeds`: heads in Redis against the follow graph; `counts`: kept counts against their rows.',
    }),
    endedAt: t.expose('endedAt', { type: 'DateTime' }),
    lookedAt: t.exposeInt('lookedAt'),
    differing: t.exposeInt('differing', { description: 'Anything above 0 is a fault of ours.' }),
    findings: t.exposeStringList('findings', { description: 'The first few that differ.' }),
  }),
})

const SystemStateType = builder.objectRef<SystemState>('SystemState').implement({
  description: 'The parts that this server stands on, as it sees them now.',
  fields: (t) => ({
    redisConnected: t.exposeBoolean('redisConnected', { nullable: true, description: 'Null where none is used.' }),
    rabbitmqConnected: t.exposeBoolean('rabbitmqConnected', { nullable: true, description: 'Null where none is used.' }),
    pulseAgeSeconds: t.exposeFloat('pulseAgeSeconds', {
      nullable: true,
      description: 'Beyond 2 feeds are read by SQL. Null without Redis.',
    }),
    jobsWaiting: t.exposeInt('jobsWaiting'),
    jobsFailed: t.exposeInt('jobsFailed'),
    oldestDueSeconds: t.exposeFloat('oldestDueSeconds', { description: 'For how long the job has been due that has been due longest.' }),
    factsWaiting: t.exposeInt('factsWaiting', { description: 'What happened and was not yet told to every process.' }),
  }),
})

const AUDITS_DEFAULT = 20

builder.queryFields((t) => ({
  schedules: t.field({
    type: [ScheduleType],
    description: 'For administrators: what is due by the clock.',
    ...mayAsk('admin'),
    resolve: (_, __, { platform }) => lookAtSchedules(platform.database, platform.schedules),
  }),
  audits: t.field({
    type: [AuditType],
    args: { first: t.arg.int({ required: false, defaultValue: AUDITS_DEFAULT }) },
    description: 'For administrators: what the last audits found, newest first.',
    ...mayAsk('admin'),
    resolve: (_, { first }, { platform }) => readAudits(platform.database, acceptFirst(first ?? AUDITS_DEFAULT)),
  }),
  systemState: t.field({
    type: SystemStateType,
    description: 'For administrators: the parts that this server stands on.',
    ...mayAsk('admin'),
    resolve: (_, __, { platform }) => readSystemState(platform.sources),
  }),
}))

builder.mutationField('runSchedule', (t) =>
  t.field({
    type: ScheduleType,
    args: { name: t.arg.string() },
    description: 'For administrators: adds the jobs of a schedule now; its own time stays as it is.',
    ...mayWrite('admin'),
    resolve: async (_, { name }, { platform }) => runSchedule(platform, name),
  }),
)

async function runSchedule({ database, schedules }: ApiPlatform, name: string): Promise<ScheduleSeen> {
  const schedule = schedules.find((each) => each.name === name)
  if (!schedule) throw refuse('schedule.not-found')
  await fireNow(database, schedule)
  const [seen] = await lookAtSchedules(database, [schedule])
  if (!seen) throw refuse('schedule.not-found')
  return seen
}
