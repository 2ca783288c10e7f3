import { z } from 'zod'
import { findEntities } from '../../../domain/input/find-entities.ts'
import { normaliseTag } from '../../../domain/input/tag-rules.ts'
import type { RequestContext } from '../../request-context.ts'

export const mentionShape = z.object({ id: z.string(), username: z.string(), acct: z.string(), url: z.string() })
export const shortTagShape = z.object({ name: z.string(), url: z.string() })

/** Whom a text names and what it is about, each once. Who bears a name now is asked for all texts of a turn together. */
export async function showWords(publicUrl: string, request: RequestContext, text: string) {
  const entities = findEntities(text)
  const named = new Set(entities.flatMap(({ kind, value }) => (kind === 'mention' ? [value.toLowerCase()] : [])))
  const tags = new Set(entities.flatMap(({ kind, value }) => (kind === 'tag' ? [normaliseTag(value)] : [])))
  const users = await Promise.all([...named].map((name) => request.loaders.userByName.load(name)))
  const mentions = users.flatMap((user) => {
    if (!user) return []
    const { id, username } = user
    return [{ id: String(id), username, acct: username, url: `${publicUrl}/@${username}` }]
  })
  return { mentions, tags: [...tags].map((name) => ({ name, url: tagUrl(publicUrl, name) })) }
}

export function tagUrl(publicUrl: string, name: string): string {
  return `${publicUrl}/tags/${encodeURIComponent(name)}`
}
