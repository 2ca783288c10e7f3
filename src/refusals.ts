/** Every expected refusal: its GraphQL code, the HTTP status of a surface that has one for it, and the sentence that is safe to show. */
const REFUSALS = {
  'auth.required': { code: 'UNAUTHENTICATED', status: 401, sentence: 'Sign in first: this needs a valid token.' },
  'auth.token-invalid': {
    code: 'UNAUTHENTICATED',
    status: 401,
    sentence: 'The token is expired, forged or of an ended session. Sign in again.',
  },
  'auth.login-wrong': { code: 'UNAUTHENTICATED', status: 401, sentence: 'The username or the password is wrong.' },
  'auth.refresh-wrong': {
    code: 'UNAUTHENTICATED',
    status: 401,
    sentence: 'The refresh token is wrong, used or of an ended session. Sign in again.',
  },
  'auth.user-required': { code: 'UNAUTHENTICATED', status: 401, sentence: 'This needs the token of a user, not that of an app alone.' },
  'auth.scope-missing': { code: 'FORBIDDEN', status: 403, sentence: 'This action is outside of what the token was granted.' },
  'rest.no-push': { code: 'NOT_FOUND', status: 404, sentence: 'There are no push messages: listen by streaming.' },
  'rest.push-refused': { code: 'BAD_USER_INPUT', status: 422, sentence: 'Push messages are not sent: listen by streaming.' },
  'rest.no-polls': { code: 'NOT_FOUND', status: 404, sentence: 'There is no such poll: posts have none.' },
  'input.bad': { code: 'BAD_USER_INPUT', status: 422, sentence: 'The input is not valid.' },
  'user.not-found': { code: 'NOT_FOUND', status: 404, sentence: 'There is no such user.' },
  'post.not-found': { code: 'NOT_FOUND', status: 404, sentence: 'There is no such post.' },
  'comment.not-found': { code: 'NOT_FOUND', status: 404, sentence: 'There is no such comment.' },
  'job.not-found': { code: 'NOT_FOUND', status: 404, sentence: 'No job has this id: it is done, or never was. Nothing was changed.' },
  'schedule.not-found': { code: 'NOT_FOUND', status: 404, sentence: 'There is no such schedule.' },
  'report.not-found': { code: 'NOT_FOUND', status: 404, sentence: 'There is no such post, comment or user.' },
  'notification.not-found': { code: 'NOT_FOUND', status: 404, sentence: 'There is no such notification.' },
  'media.not-found': { code: 'NOT_FOUND', status: 404, sentence: 'You have no such medium.' },
  'media.none': { code: 'BAD_USER_INPUT', status: 422, sentence: 'Send one file, in the field "file" of a form (multipart/form-data).' },
  'media.not-a-form': {
    code: 'BAD_USER_INPUT',
    status: 415,
    sentence: 'Send the file as a form (multipart/form-data), in the field "file".',
  },
  'media.not-taken': {
    code: 'BAD_USER_INPUT',
    status: 415,
    sentence: 'This is none of the pictures that are taken: JPEG, PNG, WebP, GIF and AVIF, whatever the name says.',
  },
  'media.video': {
    code: 'BAD_USER_INPUT',
    status: 415,
    sentence: 'Videos are not taken. Give the address of one that is elsewhere as mediaUrl.',
  },
  'media.too-large': { code: 'BAD_USER_INPUT', status: 413, sentence: 'The file is larger than this server takes.' },
  'media.broken': { code: 'BAD_USER_INPUT', status: 422, sentence: 'The picture is broken or cut off, and cannot be read to its end.' },
  'media.too-many-pixels': { code: 'BAD_USER_INPUT', status: 422, sentence: 'The picture has more pixels than this server takes.' },
  'media.too-many-frames': {
    code: 'BAD_USER_INPUT',
    status: 422,
    sentence: 'The picture moves through more frames than this server takes.',
  },
  'media.quota': {
    code: 'FORBIDDEN',
    status: 403,
    sentence: 'This account keeps as many files as it may. Delete posts that have some first.',
  },
  'admin.only': { code: 'FORBIDDEN', status: 403, sentence: 'Only an administrator may do this.' },
  'feed.not-yours': { code: 'FORBIDDEN', status: 403, sentence: 'Only the user themself or an administrator reads this feed.' },
  'post.not-yours': { code: 'FORBIDDEN', status: 403, sentence: 'Only the author may change this post.' },
  'post.not-public': { code: 'FORBIDDEN', status: 403, sentence: 'Only public posts can be shared or quoted.' },
  'post.too-many-pins': { code: 'FORBIDDEN', status: 403, sentence: 'At most 5 posts are pinned. Unpin one of them first.' },
  'comment.not-yours': { code: 'FORBIDDEN', status: 403, sentence: 'Only the author may change this comment.' },
  'follow.blocked': { code: 'FORBIDDEN', status: 403, sentence: 'One of the two has blocked the other.' },
  'follow.too-many': { code: 'FORBIDDEN', status: 403, sentence: 'An account follows at most 10,000 others.' },
  'moderation.self': { code: 'FORBIDDEN', status: 403, sentence: 'Nobody suspends their own account.' },
  'moderation.last-admin': { code: 'FORBIDDEN', status: 403, sentence: 'The last administrator cannot be suspended.' },
  'live.too-many-subscriptions': {
    code: 'FORBIDDEN',
    status: 403,
    sentence: 'A connection has at most 20 subscriptions. Complete one first.',
  },
  'account.username-taken': { code: 'CONFLICT', status: 409, sentence: 'This username is taken.' },
  'account.email-taken': { code: 'CONFLICT', status: 409, sentence: 'This email address is taken.' },
  'rate.limited': { code: 'RATE_LIMITED', status: 429, sentence: 'Too many requests. Try again later.' },
  'server.busy': { code: 'UNAVAILABLE', status: 503, sentence: 'The server is too busy. Try again in a moment.' },
  'server.part-down': { code: 'UNAVAILABLE', status: 503, sentence: 'A part of the server is not there. Try again in a moment.' },
  'request.not-json': { code: 'BAD_USER_INPUT', status: 415, sentence: 'Send the query as application/json.' },
  'request.not-form': {
    code: 'BAD_USER_INPUT',
    status: 415,
    sentence: 'Send the body as application/json, application/x-www-form-urlencoded or multipart/form-data.',
  },
  'request.no-file-here': { code: 'BAD_USER_INPUT', status: 422, sentence: 'No file is taken here: upload it to /api/v2/media.' },
  'request.unreadable': { code: 'BAD_USER_INPUT', status: 400, sentence: 'The request cannot be read.' },
  'request.too-large': { code: 'BAD_USER_INPUT', status: 413, sentence: 'The request is larger than 1 MiB.' },
  'request.malformed': {
    code: 'BAD_USER_INPUT',
    status: 400,
    sentence: 'The request is not a GraphQL request: a JSON object with a "query".',
  },
  'request.batch': {
    code: 'BAD_USER_INPUT',
    status: 400,
    sentence: 'Send one operation at a time: an array of operations is not accepted.',
  },
  'request.mutation-by-get': { code: 'BAD_USER_INPUT', status: 405, sentence: 'Mutations are sent by POST.' },
  'request.subscription-by-http': {
    code: 'GRAPHQL_VALIDATION_FAILED',
    status: 400,
    sentence: 'Subscriptions are sent over a WebSocket to the same address, by the protocol graphql-transport-ws.',
  },
  'request.not-a-subscription': {
    code: 'BAD_USER_INPUT',
    status: 400,
    sentence: 'Only subscriptions are sent over a WebSocket. Send queries and mutations by HTTP.',
  },
  'request.origin-refused': {
    code: 'FORBIDDEN',
    status: 403,
    sentence: 'Pages of this origin may not connect here.',
  },
  'request.wrong-method': { code: 'BAD_USER_INPUT', status: 405, sentence: 'GraphQL is asked by POST, and queries by GET too.' },
  'request.too-slow': { code: 'BAD_USER_INPUT', status: 408, sentence: 'The request did not arrive in time.' },
  'request.headers-too-large': { code: 'BAD_USER_INPUT', status: 431, sentence: 'The headers of the request are larger than 16 KiB.' },
  'request.not-found': { code: 'NOT_FOUND', status: 404, sentence: 'There is nothing at this address.' },
  'query.parse-failed': { code: 'GRAPHQL_PARSE_FAILED', status: 400, sentence: 'The query does not parse.' },
  'query.invalid': { code: 'GRAPHQL_VALIDATION_FAILED', status: 400, sentence: 'The query does not fit the schema.' },
  'query.too-complex': { code: 'QUERY_TOO_COMPLEX', status: 400, sentence: 'The query asks for too much at once.' },
} as const

export type RefusalName = keyof typeof REFUSALS
export type RefusalCode = (typeof REFUSALS)[RefusalName]['code'] | 'INTERNAL'

/** What a client can use beside the sentence: `field` names an argument, `retryAfter` counts whole seconds. */
export interface RefusalDetails {
  field?: string
  retryAfter?: number
  sentence?: string
}

/** An expected refusal. Anything else that is thrown is a fault of ours and is answered as INTERNAL. */
export class Refusal extends Error {
  readonly refusal: RefusalName
  readonly code: RefusalCode
  readonly status: number
  readonly field: string | undefined
  readonly retryAfter: number | undefined

  constructor(refusal: RefusalName, details: RefusalDetails) {
    super(details.sentence ?? REFUSALS[refusal].sentence)
    this.name = 'Refusal'
    this.refusal = refusal
    this.code = REFUSALS[refusal].code
    this.status = REFUSALS[refusal].status
    this.field = details.field
    this.retryAfter = details.retryAfter
  }
}

/** Makes a refusal to throw: `throw refuse('post.not-found')`. */
export function refuse(refusal: RefusalName, details: RefusalDetails = {}): Refusal {
  return new Refusal(refusal, details)
}

/** Makes the refusal of one argument: BAD_USER_INPUT with `field` and a sentence that says what would be accepted. */
export function refuseInput(field: string, sentence: string): Refusal {
  return new Refusal('input.bad', { field, sentence })
}

/** Every refusal that there is, for the documents and the tests that tie them together. */
export function listRefusals(): { name: string; code: RefusalCode; status: number; sentence: string }[] {
  return Object.entries(REFUSALS).map(([name, refusal]) => ({ name, ...refusal }))
}
