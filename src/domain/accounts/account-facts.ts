import { z } from 'zod'
import { defineFact } from '../../platform/outbox/announce.ts'

const aboutUser = z.object({ userId: z.number().int() })
const byUser = ({ userId }: z.infer<typeof aboutUser>) => userId

export const accountSignedUp = defineFact('account.signed-up', aboutUser, byUser)
/** The name, the picture or what else everybody sees of them. */
export const accountChanged = defineFact('account.changed', aboutUser, byUser)
export const accountEmailChanged = defineFact('account.email-changed', aboutUser, byUser)
/** One session, or, where `sessionId` is null, all that the user had. */
export const sessionEnded = defineFact('session.ended', aboutUser.extend({ sessionId: z.guid().nullable() }))
export const accountClosed = defineFact('account.closed', aboutUser, byUser)

/** `moderatorId` is null for who did it at the command line. */
const moderated = aboutUser.extend({ moderatorId: z.number().int().nullable() })
const byModerator = ({ moderatorId }: z.infer<typeof moderated>) => moderatorId ?? undefined

export const accountSuspended = defineFact('account.suspended', moderated, byModerator)
export const accountRestored = defineFact('account.restored', moderated, byModerator)

/** Announced whether or not the address is known: looking it up is the job's, so that the answer takes the same time for all. */
export const passwordResetRequested = defineFact('account.password-reset-requested', z.object({ email: z.string() }))
