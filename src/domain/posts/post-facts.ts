import { z } from 'zod'
import { defineFact } from '../../platform/outbox/announce.ts'

const aboutPost = z.object({ postId: z.number().int(), authorId: z.number().int() })

export const postPublished = defineFact('post.published', aboutPost)
export const postEdited = defineFact('post.edited', aboutPost)
export const postDeleted = defineFact('post.deleted', aboutPost)
