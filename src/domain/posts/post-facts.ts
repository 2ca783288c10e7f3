import { z } from 'zod'
import { defineFact } from '../../platform/outbox/announce.ts'

const aboutPost = z.object({ postId: z.number().int(), authorId: z.number().int() })

/** An entry is what stands in feeds; its id says when. */
export const postPublished = defineFact('post.published', aboutPost.extend({ entryId: z.number().int(), actorId: z.number().int() }))
export const postEdited = defineFact('post.edited', aboutPost)
export const postDeleted = defineFact('post.deleted', aboutPost)
