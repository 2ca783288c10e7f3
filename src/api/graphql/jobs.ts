import { acceptPage, sliceOf } from '../../domain/input/page-rules.ts'
import { acceptText } from '../../domain/input/text-rules.ts'
import { parseId } from '../../platform/ids.ts'
import { discardJobs, retryJobs } from '../../platform/queue/decide-jobs.ts'
import { type JobSeen, listJobs } from '../../platform/queue/look-at-jobs.ts'
import { refuse, refuseInput } from '../../refusals.ts'
import { builder, mayAsk, mayWrite } from './builder.ts'
import { connect, connectionType, pageArgs, readPageArgs } from './connections.ts'

const JOBS_LIST = 'jobs'
const IDS_MAX = 100
const NAME_LENGTH_MAX = 100

const JobStateType = builder.enumType('JobState', {
  values: { WAITING: { value: 'waiting' }, RUNNING: { value: 'running' }, FAILED: { value: 'failed' } } as const,
})

const JobType = builder.objectRef<JobSeen>('Job').implement({
  description: 'Something that is still to be done, or failed for good.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    lane: t.exposeString('lane', { description: '`prompt`, or `bulk` for what may wait.' }),
    state: t.expose('state', { type: JobStateType }),
    attempts: t.exposeInt('attempts'),
    payload: t.string({ description: 'What it is given, as JSON.', resolve: ({ payload }) => JSON.stringify(payload) }),
    error: t.exposeString('error', { nullable: true, description: 'Of the last attempt that failed.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    nextTryAt: t.expose('nextTryAt', { type: 'DateTime' }),
    failedAt: t.expose('failedAt', { type: 'DateTime', nullable: true, description: 'When it failed for good.' }),
  }),
})
const JobConnection = connectionType('Job', JobType)

builder.queryField('jobs', (t) =>
  t.field({
    type: JobConnection,
    args: { failed: t.arg.boolean({ required: false, defaultValue: false }), name: t.arg.string({ required: false }), ...pageArgs },
    description: 'For administrators: the jobs that are not done, oldest first; those that failed for good alone, or of one name.',
    ...mayAsk('admin'),
    resolve: async (_, { failed, name, ...given }, request) => {
      const args = readPageArgs(given)
      const page = acceptPage(JOBS_LIST, 'oldest-first', args)
      const asked = { failed: failed ?? false, name: acceptName(name), above: page.key }
      const slice = sliceOf(await listJobs(request.platform.database, asked, page.limit + 1), page.limit, ({ id }) => id)
      return connect(
        JOBS_LIST,
        slice,
        args,
        (job) => job.id,
        (job) => job,
      )
    },
  }),
)

builder.mutationFields((t) => ({
  retryJobs: t.int({
    args: { ids: t.arg.idList() },
    description: 'For administrators: has jobs tried again at once, with all their attempts before them. Answers how many.',
    ...mayWrite('admin'),
    resolve: (_, { ids }, request) => decide(ids, (known) => retryJobs(request.platform.database, known)),
  }),
  discardJobs: t.int({
    args: { ids: t.arg.idList() },
    description: 'For administrators: gives jobs up. Answers how many.',
    ...mayWrite('admin'),
    resolve: (_, { ids }, request) => decide(ids, (known) => discardJobs(request.platform.database, known)),
  }),
}))

function acceptName(name: string | null | undefined): string | undefined {
  return name === null || name === undefined ? undefined : acceptText(name, { field: 'name', min: 1, max: NAME_LENGTH_MAX })
}

async function decide(given: readonly string[], verb: (ids: number[]) => Promise<number[]>): Promise<number> {
  if (given.length > IDS_MAX) throw refuseInput('ids', `ids may be at most ${IDS_MAX}.`)
  const ids = [...new Set(given)].map((id) => parseId(id) ?? 0)
  const unknown = await verb(ids)
  if (unknown.length > 0) throw refuse('job.not-found')
  return ids.length
}
