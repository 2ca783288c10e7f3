import type { Session } from '../platform/database/copy.ts'
import type { FolderFormat } from './file-format.ts'
import { mergeBookmarks, mergeCommentLikes, mergeComments, mergeLikes, mergeReports, mergeShares } from './merge-interactions.ts'
import { mergePostEdits, mergePosts } from './merge-posts.ts'
import { endFollowsAcrossNewBlocks, mergeBlocks, mergeFollows, mergeMutes } from './merge-relationships.ts'
import { mergeUsers } from './merge-users.ts'
import { rememberIds, resolveComments, resolveFriendships, resolveLikes, resolvePersons, resolvePosts } from './resolve-ldbc.ts'

interface Step {
  /** What the step merges, for whoever watches. */
  name: string
  run(session: Session): Promise<void>
}

/** What is done with the staged rows of a layout, in this order: each step finds there what it points to. */
export function mergeSteps(layout: FolderFormat): Step[] {
  return layout.name === 'ldbc-snb' ? LDBC_STEPS : NEXUS_STEPS
}

const NEXUS_STEPS: Step[] = [
  { name: 'users', run: mergeUsers },
  { name: 'blocks', run: mergeBlocks },
  { name: 'follows', run: mergeFollows },
  { name: 'mutes', run: mergeMutes },
  { name: 'posts', run: mergePosts },
  { name: 'edits', run: mergePostEdits },
  { name: 'comments', run: mergeComments },
  { name: 'likes', run: mergeLikes },
  { name: 'bookmarks', run: mergeBookmarks },
  { name: 'likes of comments', run: mergeCommentLikes },
  { name: 'shares', run: mergeShares },
  { name: 'reports', run: mergeReports },
  { name: 'blocks made meanwhile', run: endFollowsAcrossNewBlocks },
]

const LDBC_STEPS: Step[] = [
  { name: 'persons', run: inTurn(resolvePersons, mergeUsers, (session) => rememberIds(session, 'user', 'ldbc_persons', 'staged_users')) },
  { name: 'friendships', run: inTurn(resolveFriendships, mergeFollows) },
  { name: 'posts', run: inTurn(resolvePosts, mergePosts, (session) => rememberIds(session, 'post', 'ldbc_posts', 'staged_posts')) },
  {
    name: 'comments',
    run: inTurn(resolveComments, mergeComments, (session) => rememberIds(session, 'comment', 'ldbc_comments', 'staged_comments')),
  },
  { name: 'likes', run: inTurn((session) => resolveLikes(session, 'post'), mergeLikes) },
  { name: 'likes of comments', run: inTurn((session) => resolveLikes(session, 'comment'), mergeCommentLikes) },
  { name: 'blocks made meanwhile', run: endFollowsAcrossNewBlocks },
]

function inTurn(...runs: Step['run'][]): Step['run'] {
  return async (session) => {
    for (const run of runs) await run(session)
  }
}
