import { z } from 'zod'
import { defineFact } from '../../platform/outbox/announce.ts'

const pair = z.object({ viewerId: z.number().int(), userId: z.number().int() })

export const userFollowed = defineFact('user.followed', pair)
export const userUnfollowed = defineFact('user.unfollowed', pair)
export const userBlocked = defineFact('user.blocked', pair)
export const userUnblocked = defineFact('user.unblocked', pair)
export const userMuted = defineFact('user.muted', pair)
export const userUnmuted = defineFact('user.unmuted', pair)
