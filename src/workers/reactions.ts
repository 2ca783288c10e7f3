import { sendPasswordReset, sendVerification } from '../domain/accounts/account-mails.ts'
import { deleteAccountRow } from '../domain/accounts/delete-account-row.ts'
import { fanOutChunk, fanOutEntry, keepEntry } from '../domain/feeds/fan-out.ts'
import { deleteInteractionsOf } from '../domain/interactions/delete-interactions-of.ts'
import { deleteInteractionsOn } from '../domain/interactions/delete-interactions-on.ts'
import { deleteSetAsideComment } from '../domain/interactions/delete-set-aside-comment.ts'
import { deletePostsOf } from '../domain/posts/delete-posts-of.ts'
import { deleteSetAsidePost } from '../domain/posts/delete-set-aside-post.ts'
import { findTags } from '../domain/posts/find-tags.ts'
import { deleteRelationshipsOf } from '../domain/relationships/delete-relationships.ts'
import { indexOlderPosts, indexOlderUsers } from '../domain/search/index-older.ts'
import type { JobsOf } from '../platform/queue/job.ts'
import { SCHEDULES } from './schedules.ts'
import type { AnyJob } from './worker-context.ts'

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
const FURTHER_JOBS: readonly AnyJob[] = [fanOutChunk, keepEntry, deleteSetAsideComment, findTags, indexOlderPosts, indexOlderUsers]

export const JOBS: ReadonlyMap<string, AnyJob> = new Map(
  [...Object.values(REACTIONS).flat(), ...SCHEDULES.flatMap(({ jobs }) => jobs), ...FURTHER_JOBS].map((job) => [job.name, job]),
)
