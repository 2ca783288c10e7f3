import { acceptText } from '../input/text-rules.ts'

const REASON_LENGTH_MAX = 1000

/** @throws BAD_USER_INPUT */
export function acceptReason(reason: string): string {
  return acceptText(reason, { field: 'reason', min: 1, max: REASON_LENGTH_MAX })
}

/** What is reported or decided upon: exactly one of the three. */
export interface Thing {
  postId: number | null
  commentId: number | null
  userId: number | null
}

export const NO_THING: Thing = { postId: null, commentId: null, userId: null }
