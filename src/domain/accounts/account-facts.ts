import { z } from 'zod'
import { defineFact } from '../../platform/outbox/announce.ts'

const aboutUser = z.object({ userId: z.number().int() })

export const accountSignedUp = defineFact('account.signed-up', aboutUser)
export const accountEmailChanged = defineFact('account.email-changed', aboutUser)
export const accountClosed = defineFact('account.closed', aboutUser)
/** Announced whether or not the address is known: looking it up is the job's, so that the answer takes the same time for all. */
export const passwordResetRequested = defineFact('account.password-reset-requested', z.object({ email: z.string() }))
