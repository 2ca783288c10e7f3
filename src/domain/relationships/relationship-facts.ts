import { z } from 'zod'
import { defineFact } from '../../platform/outbox/announce.ts'

const pair = z.object({ viewerId: z.number().int(), userId: z.number().int() })
const byViewer = ({ viewerId }: z.infer<typeof pair>) => viewerId

export const userFollowed = defineFact('user.followed', pair, byViewer)
export const userUnfollowed = defineFact('user.unfollowed', pair, byViewer)
export const userBlocked = defineFact('user.blocked', pair, byViewer)
export const userUnblocked = defineFact('user.unblocked', pair, byViewer)
export const userMuted = defineFact('user.muted', pair, byViewer)
export const userUnmuted = defineFact('user.unmuted', pair, byViewer)
