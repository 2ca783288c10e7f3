import { c, F, N, o, row, s, U } from './row.ts'

const USER = '{ user { id } }'
const POST = '{ post { id } }'
const COMMENT = '{ comment { id } }'
const REPORT = `insert into reports (user_id, reason) select id, 'words' from users where id = $2 and $1 = $1`

export const MODERATION = [
  row('Query.analytics', () => 'analytics(from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z") { posts }', [U, F, F, F, s, U]),
  row('Mutation.hidePost', (at) => `hidePost(id: ${at.post}, reason: "words") ${POST}`, [U, F, F, F, c, U]),
  row('Mutation.hidePost: hidden', (at) => `hidePost(id: ${at.hiddenPost}, reason: "words") ${POST}`, [U, F, F, F, o, U]),
  row('Mutation.restorePost', (at) => `restorePost(id: ${at.hiddenPost}, reason: "words") ${POST}`, [U, F, F, F, c, U]),
  row('Mutation.hideComment', (at) => `hideComment(id: ${at.comment}, reason: "words") ${COMMENT}`, [U, F, F, F, c, U]),
  row('Mutation.restoreComment', (at) => `restoreComment(id: ${at.hiddenComment}, reason: "words") ${COMMENT}`, [U, F, F, F, c, U]),
  row('Mutation.suspendUser', (at) => `suspendUser(userId: ${at.owner.id}, reason: "words") ${USER}`, [U, F, F, F, c, U]),
  row('Mutation.suspendUser: oneself', (at) => `suspendUser(userId: ${at.actorId}, reason: "words") ${USER}`, [U, F, F, F, F, U]),
  row('Mutation.suspendUser: of the deleted', (at) => `suspendUser(userId: ${at.gone.id}, reason: "words") ${USER}`, [U, F, F, F, N, U]),
  row('Mutation.restoreUser', (at) => `restoreUser(userId: ${at.owner.id}, reason: "words") ${USER}`, [U, F, F, F, c, U], {
    before: 'update users set suspended_at = now() where id = $2 and id <> $1',
  }),
  row('Mutation.resolveReports', (at) => `resolveReports(userId: ${at.owner.id}, reason: "words")`, [U, F, F, F, c, U], { before: REPORT }),
  row('Mutation.dismissReports', (at) => `dismissReports(userId: ${at.owner.id}, reason: "words")`, [U, F, F, F, c, U], { before: REPORT }),
  row('Query.reports', () => 'reports { edges { node { reasons post { id } comment { id } user { id } } } }', [U, F, F, F, s, U]),
  row('Query.moderationLog', () => 'moderationLog { edges { node { reason moderator { id } } } }', [U, F, F, F, s, U]),
]
