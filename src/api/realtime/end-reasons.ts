/** Why a connection is ended from our side: the code and the words that a WebSocket is closed with. */
export const END_REASONS = {
  /** Logout, another password, a closed or suspended account. */
  'session-ended': { code: 4401, words: 'The session has ended: sign in again' },
  'token-expired': { code: 4403, words: 'The token has expired: bring a fresh one' },
  /** Something was lost on the way to this process: what was seen is not all. */
  missed: { code: 4503, words: 'Events may have been missed: connect and read again' },
  'too-slow': { code: 4508, words: 'Too many events are waiting to be read: connect and read again' },
  'too-many': { code: 4529, words: 'Too many connections of this user' },
  stopping: { code: 1001, words: 'Going away' },
} as const

export type EndReason = keyof typeof END_REASONS
