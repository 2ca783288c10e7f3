import { z } from 'zod'
import type { RestSettings } from '../rest-platform.ts'
import { tagUrl } from './words.ts'

/** A tag: https://docs.joinmastodon.org/entities/Tag/ */
export const tagShape = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    history: z.array(z.object({ day: z.string(), uses: z.string(), accounts: z.string().describe('Not told: 0.') })),
    following: z.boolean().optional(),
  })
  .meta({ id: 'Tag' })
export type ShownTag = z.infer<typeof tagShape>

const DAY_MS = 24 * 60 * 60 * 1000

/** A tag, with the number of posts that it had of late where that is known. Nobody follows tags. */
export function showTag({ publicUrl }: Pick<RestSettings, 'publicUrl'>, name: string, postCount?: number): ShownTag {
  const day = String(Math.floor(Date.now() / DAY_MS) * (DAY_MS / 1000))
  const history = postCount === undefined ? [] : [{ day, uses: String(postCount), accounts: '0' }]
  return { id: name, name, url: tagUrl(publicUrl, name), history, following: false }
}
