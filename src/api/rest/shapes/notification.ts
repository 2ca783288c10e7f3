import { z } from 'zod'
import { NOTIFICATION_KINDS, type NotificationKind } from '../../../domain/notifications/notification-kinds.ts'
import type { Happening, HappeningKey } from '../../../domain/notifications/read-happenings.ts'
import { maySeeComment, maySeePost } from '../../../domain/visibility/visibility-rules.ts'
import type { RequestContext } from '../../request-context.ts'
import type { RestSettings } from '../rest-platform.ts'
import { accountShape, showAccount } from './account.ts'
import { type Status, showComment, showPost, statusShape } from './status.ts'

const TYPES = { LIKE: 'favourite', COMMENT: 'mention', REPLY: 'mention', SHARE: 'reblog', FOLLOW: 'follow', MENTION: 'mention' } as const

/** Something that somebody did to the user: https://docs.joinmastodon.org/entities/Notification/ */
export const notificationShape = z
  .object({
    id: z.string(),
    type: z.enum(['favourite', 'mention', 'reblog', 'follow']),
    created_at: z.iso.datetime(),
    group_key: z.string(),
    account: accountShape,
    status: statusShape.nullable().optional(),
  })
  .meta({ id: 'Notification' })
export type ShownNotification = z.infer<typeof notificationShape>

/** The kinds that clients mean by their types: those asked for, without those that are not wanted. */
export function kindsOf(types: readonly string[] | undefined, without: readonly string[]): NotificationKind[] {
  return NOTIFICATION_KINDS.filter((kind) => (types?.includes(TYPES[kind]) ?? true) && !without.includes(TYPES[kind]))
}

/** As it is shown to the viewer of the request; undefined where what it is about is not there any more. */
export async function showHappening(
  settings: RestSettings,
  request: RequestContext,
  happening: Happening,
): Promise<ShownNotification | undefined> {
  const { kind, actorId, happenedAt, notificationId } = happening
  const [actor, status] = await Promise.all([request.loaders.user.load(actorId), statusOf(settings, request, happening)])
  if (!actor || (kind !== 'FOLLOW' && !status)) return undefined
  return {
    id: idOf(happening),
    type: TYPES[kind],
    created_at: happenedAt.toISOString(),
    group_key: `ungrouped-${notificationId}-${happening.number}`,
    account: await showAccount(settings, request, actor),
    ...(status && { status }),
  }
}

async function statusOf(settings: RestSettings, request: RequestContext, happening: Happening): Promise<Status | undefined> {
  const { kind, postId, commentId, textId } = happening
  const { loaders, viewer } = request
  const shownCommentId = kind === 'COMMENT' || kind === 'REPLY' ? textId : commentId
  const [post, comment] = await Promise.all([
    postId === null ? undefined : loaders.post.load(postId),
    shownCommentId === null ? undefined : loaders.comment.load(shownCommentId),
  ])
  if (shownCommentId === null) return post && maySeePost(post, viewer) ? showPost(settings, request, post) : undefined
  const under = comment && (post ?? (await loaders.post.load(comment.postId)))
  return under && maySeeComment({ ...comment, post: under }, viewer) ? showComment(settings, request, comment) : undefined
}

const NOTIFICATION_DIGITS = 10
const NUMBER_DIGITS = 8

/** When it happened comes first, so that ids are in the order of time, as clients expect. */
export function idOf({ place, notificationId, number }: HappeningKey): string {
  return `${place}${String(notificationId).padStart(NOTIFICATION_DIGITS, '0')}${String(number).padStart(NUMBER_DIGITS, '0')}`
}

const ID = new RegExp(`^(\\d{1,16})(\\d{${NOTIFICATION_DIGITS}})(\\d{${NUMBER_DIGITS}})$`)

/** Undefined for what is no id of a notification. */
export function keyOf(id: string): HappeningKey | undefined {
  const [, place, notificationId, number] = ID.exec(id) ?? []
  const key = { place: Number(place), notificationId: Number(notificationId), number: Number(number) }
  return Number.isSafeInteger(key.place) ? key : undefined
}
