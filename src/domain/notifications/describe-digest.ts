import type { User } from '../accounts/read-users.ts'
import type { NotificationKind } from './notification-kinds.ts'
import type { Notification } from './read-notifications.ts'

/** So many notifications a mail tells of; of the others it says that there are more. */
export const DIGEST_LINES_MAX = 20

const DEEDS: Record<NotificationKind, (isComment: boolean) => string> = {
  LIKE: (isComment) => `liked your ${isComment ? 'comment' : 'post'}`,
  COMMENT: () => 'commented on your post',
  REPLY: () => 'replied to your comment',
  SHARE: () => 'shared your post',
  FOLLOW: () => 'followed you',
  MENTION: (isComment) => `mentioned you in a ${isComment ? 'comment' : 'post'}`,
}

/** The words of a digest: one line a notification. Of what people wrote nothing stands in it. */
export function describeDigest(
  username: string,
  notifications: readonly Notification[],
  actors: readonly User[],
): { subject: string; text: string } {
  const names = new Map(actors.map((actor) => [actor.id, actor.username]))
  const lines = notifications
    .slice(0, DIGEST_LINES_MAX)
    .map((each) => `- ${describeActors(each, names)} ${DEEDS[each.kind](each.commentId !== null)}`)
  const more = notifications.length > DIGEST_LINES_MAX ? ['- and more'] : []
  return {
    subject: 'What you have not read yet',
    text: `Hello ${username},\n\nsince the last mail:\n\n${[...lines, ...more].join('\n')}\n\nYou get this because you asked for it in your notification preferences.\n`,
  }
}

function describeActors({ actorIds, actorCount }: Notification, names: ReadonlyMap<number, string>): string {
  const [first] = actorIds.flatMap((id) => names.get(id) ?? [])
  const others = actorCount - 1
  if (others === 0) return `${first}`
  return `${first} and ${others} ${others === 1 ? 'other' : 'others'}`
}
