import { sendPasswordReset, sendVerification } from '../domain/accounts/account-mails.ts'
import { deleteAccountRow } from '../domain/accounts/delete-account-row.ts'
import { deleteInteractionsOf } from '../domain/interactions/delete-interactions-of.ts'
import { deletePostsOf } from '../domain/posts/delete-posts-of.ts'
import { deleteRelationshipsOf } from '../domain/relationships/delete-relationships.ts'
import type { Database } from '../platform/database/open-database.ts'
import type { Mailer } from '../platform/mail/mailer.ts'
import type { Job, JobsOf } from '../platform/queue/job.ts'

/** What a job may use. Each names the least that it needs. */
export interface WorkerContext {
  database: Database
  mail: Mailer
}

// A job takes the fact's own payload; each checks it by its schema before it runs.
// biome-ignore lint/suspicious/noExplicitAny: the table holds jobs of many shapes
type AnyJob = Job<any, WorkerContext>

/** Everything that follows from a fact. A fact that is not here has no consequence yet. */
const REACTIONS: Readonly<Record<string, readonly AnyJob[]>> = {
  'account.signed-up': [sendVerification],
  'account.email-changed': [sendVerification],
  'account.password-reset-requested': [sendPasswordReset],
  'account.closed': [deletePostsOf, deleteInteractionsOf, deleteRelationshipsOf, deleteAccountRow],
}

/** What `announce` writes beside a fact. */
export const jobsOf: JobsOf = (factName) => REACTIONS[factName] ?? []

export const JOBS: ReadonlyMap<string, AnyJob> = new Map(
  Object.values(REACTIONS)
    .flat()
    .map((job) => [job.name, job]),
)
