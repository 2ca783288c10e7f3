import type { Nexus, Person } from '../cast.ts'

type Moderate = (nexus: Nexus, moderator: Person, id: string | number, reason?: string) => Promise<void>

export const hidePost = moderate('hidePost(id: $id, reason: $reason) { post { id } }')
export const restorePost = moderate('restorePost(id: $id, reason: $reason) { post { id } }')
export const hideComment = moderate('hideComment(id: $id, reason: $reason) { comment { id } }')
export const restoreComment = moderate('restoreComment(id: $id, reason: $reason) { comment { id } }')
export const suspend = moderate('suspendUser(userId: $id, reason: $reason) { user { id } }')
export const restore = moderate('restoreUser(userId: $id, reason: $reason) { user { id } }')

function moderate(field: string): Moderate {
  return async (nexus, moderator, id, reason = 'the rules say so') => {
    await nexus.ask(`mutation ($id: ID!, $reason: String!) { ${field} }`, moderator.token, { id, reason })
  }
}

/** What moderators did, newest first, as "ACTION postId/commentId/userId: reason". */
export async function readLog(nexus: Nexus, moderator: Person): Promise<string[]> {
  const { moderationLog } = await nexus.ask(
    '{ moderationLog(first: 100) { edges { node { action postId commentId userId reason reportCount moderator { username } } } } }',
    moderator.token,
  )
  return moderationLog.edges.map(
    // biome-ignore lint/suspicious/noExplicitAny: an answer
    ({ node }: any) =>
      `${node.moderator?.username ?? 'nobody'} ${node.action} ${node.postId ?? node.commentId ?? node.userId}: ${node.reason}, ${node.reportCount}`,
  )
}
