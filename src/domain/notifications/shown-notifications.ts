import { isBeingDeleted } from '../interactions/read-comments.ts'
import type { NotificationChannel } from './notification-kinds.ts'

// The conditions by which the list shows and the count counts, for statements that have the notification as `n` and its recipient as $1. They
// say in SQL what visibility-rules.ts says, since which cause is a notification's newest depends on it.

const isGone = (user: string) => `(${user}.suspended_at is not null or ${user}.closed_at is not null)`

const isBlocked = (userId: string) => `(exists (select from blocks where blocker_id = $1 and blocked_id = ${userId})
  or exists (select from blocks where blocker_id = ${userId} and blocked_id = $1))`

/** The post (`p` of `pa`) and the comment (`o` of `oa`) that a notification is about, where it is about one. */
export const WITH_SUBJECT = `notifications n
  left join (posts p join users pa on pa.id = p.author_id) on p.id = n.post_id
  left join (comments o join users oa on oa.id = o.author_id) on o.id = n.comment_id`

const POST_IS_SEEN = `(p.author_id = $1 and pa.closed_at is null or (
  p.hidden_at is null and not ${isGone('pa')} and not ${isBlocked('p.author_id')}
  and (p.visibility = 'PUBLIC' or exists (select from follows where follower_id = $1 and following_id = p.author_id))))`

const COMMENT_IS_SEEN = `((o.author_id = $1 and oa.closed_at is null or (
  o.hidden_at is null and not ${isGone('oa')} and not ${isBlocked('o.author_id')})) and not ${isBeingDeleted('o')})`

const kindsSet = (channel: NotificationChannel, enabled: boolean) =>
  `(array(select kind from notification_preferences where user_id = $1 and channel = '${channel}' and enabled = ${enabled}))`

/** The kind is one that the recipient wants over the channel. */
export const KIND_IS_WANTED: Record<NotificationChannel, string> = {
  IN_APP: `n.kind <> all ${kindsSet('IN_APP', false)}`,
  EMAIL: `n.kind = any ${kindsSet('EMAIL', true)}`,
}

/** The recipient may see what it is about. */
export const SUBJECT_IS_SEEN = `n.recipient_id = $1
  and (n.post_id = 0 or (p.id is not null and ${POST_IS_SEEN}))
  and (n.comment_id = 0 or (o.id is not null and ${COMMENT_IS_SEEN}))`

/** Cause `c` is by somebody of whom the recipient hears, and its words are there to be read. */
export const CAUSE_COUNTS = `c.notification_id = n.id
  and not exists (select from users a where a.id = c.actor_id and ${isGone('a')})
  and not exists (select from mutes where muter_id = $1 and muted_id = c.actor_id)
  and not ${isBlocked('c.actor_id')}
  and (n.kind not in ('COMMENT', 'REPLY') or exists (
    select from comments t where t.id = c.text_id and t.author_id = c.actor_id and t.hidden_at is null and not ${isBeingDeleted('t')}))
  and (n.kind <> 'MENTION' or c.source_id in (c.text_id, p.quoted_post_id))`

/** Something that counts has come since it was read. */
export const IS_UNREAD = `(n.last_cause > n.read_cause
  and exists (select from notification_causes c where c.number > n.read_cause and ${CAUSE_COUNTS}))`
