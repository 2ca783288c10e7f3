import { sendPasswordReset, sendVerification } from '../domain/accounts/account-mails.ts'
import { deleteAccountRow } from '../domain/accounts/delete-account-row.ts'
import { fanOutChunk, fanOutEntry, keepEntry } from '../domain/feeds/fan-out.ts'
import { deleteInteractionsOf } from '../domain/interactions/delete-interactions-of.ts'
import { deleteInteractionsOn } from '../domain/interactions/delete-interactions-on.ts'
import { deleteSetAsideComment } from '../domain/interactions/delete-set-aside-comment.ts'
import { deleteMediaFiles } from '../domain/media/delete-media.ts'
import { deleteMediaOf } from '../domain/media/delete-media-of.ts'
import { deleteNotificationsOf, deleteOfPost } from '../domain/notifications/delete-notifications.ts'
import { sendDigest } from '../domain/notifications/send-digests.ts'
import { settleFollow, settleFollowsBetween } from '../domain/notifications/settle-follows.ts'
import { settleCommentLike, settlePostLike, settleShare } from '../domain/notifications/settle-reactions.ts'
import { settleCommentWords, settlePostWords } from '../domain/notifications/settle-texts.ts'
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
  'post.published': [fanOutEntry, settlePostWords],
  'post.edited': [settlePostWords],
  'post.deleted': [deleteOfPost],
  'post.liked': [settlePostLike],
  'post.unliked': [settlePostLike],
  'post.shared': [fanOutEntry, settleShare],
  'post.unshared': [settleShare],
  'comment.written': [settleCommentWords],
  'comment.edited': [settleCommentWords],
  'comment.deleted': [settleCommentWords],
  'comment.liked': [settleCommentLike],
  'comment.unliked': [settleCommentLike],
  'user.followed': [settleFollow],
  'user.unfollowed': [settleFollow],
  'user.blocked': [settleFollowsBetween],
  'post.set-aside': [deleteInteractionsOn, deleteSetAsidePost],
  'account.closed': [deletePostsOf, deleteInteractionsOf, deleteRelationshipsOf, deleteNotificationsOf, deleteMediaOf, deleteAccountRow],
}

/** What `announce` writes beside a fact. */
export const jobsOf: JobsOf = (factName) => REACTIONS[factName] ?? []

/** Jobs that others add. */
const FURTHER_JOBS: readonly AnyJob[] = [
  fanOutChunk,
  keepEntry,
  deleteSetAsideComment,
  findTags,
  deleteMediaFiles,
  indexOlderPosts,
  indexOlderUsers,
  sendDigest,
]

export const JOBS: ReadonlyMap<string, AnyJob> = new Map(
  [...Object.values(REACTIONS).flat(), ...SCHEDULES.flatMap(({ jobs }) => jobs), ...FURTHER_JOBS].map((job) => [job.name, job]),
)
