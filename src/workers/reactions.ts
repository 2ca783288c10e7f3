import { sendPasswordReset, sendVerification } from '../domain/accounts/account-mails.ts'
import { deleteAccountRow } from '../domain/accounts/delete-account-row.ts'
import { fanOutChunk, fanOutEntry, keepEntry } from '../domain/feeds/fan-out.ts'
import type { Heads } from '../domain/feeds/heads/open-heads.ts'
import { deleteInteractionsOf } from '../domain/interactions/delete-interactions-of.ts'
import { deleteInteractionsOn } from '../domain/interactions/delete-interactions-on.ts'
import { deleteSetAsideComment } from '../domain/interactions/delete-set-aside-comment.ts'
import { deletePostsOf } from '../domain/posts/delete-posts-of.ts'
import { deleteSetAsidePost } from '../domain/posts/delete-set-aside-post.ts'
import { deleteRelationshipsOf } from '../domain/relationships/delete-relationships.ts'
import type { Database } from '../platform/database/open-database.ts'
import type { Mailer } from '../platform/mail/mailer.ts'
import type { Job, JobsOf } from '../platform/queue/job.ts'

/** What a job may use. Each names the least that it needs. */
export interface WorkerContext {
  database: Database
  mail: Mailer
  /** Undefined without Redis. */
  heads: Heads | undefined
}

// A job is given of the fact's payload what its schema has; it is checked by it again before it runs.
// biome-ignore lint/suspicious/noExplicitAny: the table holds jobs of many shapes
type AnyJob = Job<any, WorkerContext>

/** Everything that follows from a fact. A fact that is not here has no consequence yet. */
const REACTIONS: Readonly<Record<string, readonly AnyJob[]>> = {
  'account.signed-up': [sendVerification],
  'account.email-changed': [sendVerification],
  'account.password-reset-requested': [sendPasswordReset],
  'post.published': [fanOutEntry],
  'post.shared': [fanOutEntry],
  'post.set-aside': [deleteInteractionsOn, deleteSetAsidePost],
  'account.closed': [deletePostsOf, deleteInteractionsOf, deleteRelationshipsOf, deleteAccountRow],
}

/** What `announce` writes beside a fact. */
export const jobsOf: JobsOf = (factName) => REACTIONS[factName] ?? []

/** Jobs that others add. */
const FURTHER_JOBS: readonly AnyJob[] = [fanOutChunk, keepEntry, deleteSetAsideComment]

export const JOBS: ReadonlyMap<string, AnyJob> = new Map(
  [...Object.values(REACTIONS).flat(), ...FURTHER_JOBS].map((job) => [job.name, job]),
)
