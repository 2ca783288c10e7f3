import { c, F, N, row, s, U } from './row.ts'

/** A job that failed, of a number that is the one's who asks. */
const FAILED_JOB = `insert into jobs (id, name, payload, failed_at) overriding system value
  select 900000000 + id, 'accounts.send-verification', '{}', now() from users where id = $1 and $2 > 0 on conflict do nothing`

/** What administrators see and do of the machine. */
export const OPERATIONS = [
  row('Query.accounts', () => 'accounts(suspended: true) { edges { node { role user { email } } } }', [U, F, F, F, s, U]),
  row('Query.jobs', () => 'jobs(failed: true) { edges { node { name payload } } }', [U, F, F, F, s, U]),
  row('Query.schedules', () => 'schedules { name nextDueAt }', [U, F, F, F, s, U]),
  row('Query.audits', () => 'audits { kind differing }', [U, F, F, F, s, U]),
  row('Query.systemState', () => 'systemState { jobsFailed redisConnected }', [U, F, F, F, s, U]),
  row('Mutation.retryJobs', (at) => `retryJobs(ids: [${900_000_000 + at.actorId}])`, [U, F, F, F, c, U], { before: FAILED_JOB }),
  row('Mutation.discardJobs', (at) => `discardJobs(ids: [${900_000_000 + at.actorId}])`, [U, F, F, F, c, U], { before: FAILED_JOB }),
  row('Mutation.discardJobs: that are not there', () => 'discardJobs(ids: [1, "words"])', [U, F, F, F, N, U]),
  row('Mutation.runSchedule', () => 'runSchedule(name: "accounts.sweep-sessions") { name }', [U, F, F, F, c, U]),
  row('Mutation.runSchedule: that is none', () => 'runSchedule(name: "words") { name }', [U, F, F, F, N, U]),
]
