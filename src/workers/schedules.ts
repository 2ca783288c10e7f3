import { sweepSessions } from '../domain/accounts/delete-old-sessions.ts'
import { countPastDays } from '../domain/analytics/count-past-days.ts'
import { sweepApps } from '../domain/apps/sweep-apps.ts'
import { auditSomeHeads } from '../domain/feeds/heads/audit-some-heads.ts'
import { auditCountsOfSome } from '../domain/interactions/audit-some-counts.ts'
import { sweepCommentKeys } from '../domain/interactions/comment-keys.ts'
import { sweepMedia } from '../domain/media/delete-media.ts'
import { deleteOldNotifications } from '../domain/notifications/delete-notifications.ts'
import { sendDigests } from '../domain/notifications/send-digests.ts'
import { sweepKeys } from '../domain/posts/post-keys.ts'
import { sweepFailedJobs } from '../platform/queue/sweep-failed-jobs.ts'
import type { Schedule } from '../platform/schedules/schedule.ts'
import type { AnyJob } from './worker-context.ts'

/**
 * Everything that is due by the clock, in UTC. What is swept is what Nexus made for itself: nothing that a person wrote is in here. A job's input is
 * the tick: `{ dueAt }`. Where many ticks were missed, one makes up for all, so that a job looks for what there is to do since it last ran.
 */
export const SCHEDULES: readonly Schedule<AnyJob>[] = [
  { name: 'accounts.sweep-sessions', pattern: '13 3 * * *', missed: 'catch-up', jobs: [sweepSessions] },
  { name: 'apps.sweep', pattern: '17 3 * * *', missed: 'catch-up', jobs: [sweepApps] },
  { name: 'posts.sweep-keys', pattern: '23 3 * * *', missed: 'catch-up', jobs: [sweepKeys, sweepCommentKeys] },
  { name: 'queue.sweep-failed', pattern: '33 3 * * *', missed: 'catch-up', jobs: [sweepFailedJobs] },
  { name: 'notifications.send-digests', pattern: '0 7 * * *', missed: 'catch-up', jobs: [sendDigests] },
  { name: 'notifications.delete-old', pattern: '43 3 * * *', missed: 'catch-up', jobs: [deleteOldNotifications] },
  { name: 'analytics.count-days', pattern: '10 0 * * *', missed: 'catch-up', jobs: [countPastDays] },
  { name: 'media.sweep', pattern: '43 * * * *', missed: 'catch-up', jobs: [sweepMedia] },
  { name: 'feeds.audit', pattern: '*/15 * * * *', missed: 'skip', jobs: [auditSomeHeads] },
  { name: 'interactions.audit', pattern: '7 * * * *', missed: 'skip', jobs: [auditCountsOfSome] },
]
