import type { JobSeen } from '../platform/queue/look-at-jobs.ts'
import { layOut } from './lay-out.ts'

const ERROR_SHOWN_MAX = 80

/** Jobs as a table, one a line, the id first. */
export function describeJobs(jobs: readonly JobSeen[], now: Date): string {
  const rows = jobs.map((job) => [
    String(job.id),
    job.state,
    job.name,
    String(job.attempts),
    describeSpan(now.getTime() - job.createdAt.getTime()),
    describeNextTry(job, now),
    (job.error?.split('\n')[0] ?? '').slice(0, ERROR_SHOWN_MAX),
  ])
  return layOut([['ID', 'STATE', 'NAME', 'ATTEMPTS', 'AGE', 'NEXT TRY', 'ERROR'], ...rows])
}

/** All that is known of a job, one thing a line, and what it is given. */
export function describeJob(job: JobSeen): string {
  const { payload, error, ...things } = job
  const lines = Object.entries(things).map(([name, value]) => `${name}: ${value instanceof Date ? value.toISOString() : (value ?? '')}`)
  return `${lines.join('\n')}\nerror: ${error ?? ''}\npayload: ${JSON.stringify(payload, null, 2)}\n`
}

function describeNextTry(job: JobSeen, now: Date): string {
  if (job.state === 'failed') return 'never'
  if (job.state === 'running') return 'now'
  const milliseconds = job.nextTryAt.getTime() - now.getTime()
  const when = milliseconds <= 0 ? 'now' : `in ${describeSpan(milliseconds)}`
  return job.sentAt ? `sent, again ${when}` : when
}

const UNITS: readonly [name: string, milliseconds: number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
]

function describeSpan(milliseconds: number): string {
  const [name, unit] = UNITS.find(([, size]) => milliseconds >= size) ?? ['s', 1000]
  return `${Math.floor(milliseconds / unit)} ${name}`
}
