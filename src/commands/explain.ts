import { openFeedsForCommand, openForCommand } from '../app.ts'
import { readConfig } from '../config.ts'
import { readUserByUsername } from '../domain/accounts/read-users.ts'
import { type ExplainedEntry, explainPost } from '../domain/feeds/explain-post.ts'
import type { Heads } from '../domain/feeds/heads/open-heads.ts'
import type { Database } from '../platform/database/open-database.ts'
import { parseId, parseUserId } from '../platform/ids.ts'
import { openLog } from '../platform/observe/open-log.ts'
import { refuse } from '../refusals.ts'

/** Says why a post is, or is not, in a user's home feed. */
export async function explainFeed({ user, post }: { user: string; post: string }): Promise<void> {
  const config = readConfig()
  const log = openLog('warn')
  const opened: { database: Database; heads?: Heads; close(): Promise<void> } = config.REDIS_URL
    ? await openFeedsForCommand(config, log)
    : await openForCommand(config, log)
  try {
    const viewerId = parseUserId(user) ?? (await readUserByUsername(opened.database, user))?.id
    const postId = parseId(post)
    if (viewerId === undefined) throw refuse('user.not-found')
    if (postId === undefined) throw refuse('post.not-found')
    const { stands, entries } = await explainPost(opened.database, opened.heads, viewerId, postId)
    process.stdout.write(`Post ${postId} ${stands ? 'stands' : 'does not stand'} in the home feed of user ${viewerId}.\n`)
    for (const entry of entries) process.stdout.write(`${describe(entry)}\n`)
  } finally {
    await opened.close()
  }
}

function describe({ entryId, edge, actor, dropped, from }: ExplainedEntry): string {
  const what = edge === 'SHARED' ? `share ${entryId} by ${actor}` : `the post itself, by ${actor}`
  if (dropped.length > 0) return `- ${what}: left out, since ${dropped.join(', and ')}.`
  return `- ${what}: ${edge}, served from ${from === 'head' ? "the viewer's head" : from === 'under way' ? 'what is under way' : 'SQL'}.`
}
