/**
 * - LIKE, of a post or a comment; SHARE, of a post; FOLLOW: the thing is whatever was liked, shared or followed
 * - COMMENT: the thing is the post; REPLY: the thing is the comment replied to
 * - MENTION: the thing is the post or comment that names the recipient, or the post that quotes one of theirs
 */
export const NOTIFICATION_KINDS = ['LIKE', 'COMMENT', 'REPLY', 'SHARE', 'FOLLOW', 'MENTION'] as const
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number]

/** IN_APP is the list, its count, and what is told at once; EMAIL a digest once a day. */
export const NOTIFICATION_CHANNELS = ['IN_APP', 'EMAIL'] as const
export type NotificationChannel = (typeof NOTIFICATION_CHANNELS)[number]

/** The number of a post or comment that a notification is not about. */
export const NONE = 0

/** What one notification gathers: everything of one kind that happens to one thing of one recipient. */
export interface Subject {
  recipientId: number
  kind: NotificationKind
  postId: number
  commentId: number
}

/** Somebody did it, once. */
export interface Cause extends Subject {
  actorId: number
  /** The row that it is; of a mention by a quote, the post that is quoted. */
  sourceId: number
  /** The post or comment whose words it is. */
  textId: number | null
  happenedAt: Date
}

export function isSameCause(one: Omit<Cause, 'happenedAt' | 'textId'>, other: Omit<Cause, 'happenedAt' | 'textId'>): boolean {
  return (['recipientId', 'kind', 'postId', 'commentId', 'actorId', 'sourceId'] as const).every((name) => one[name] === other[name])
}
