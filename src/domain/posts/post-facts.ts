import { z } from 'zod'
import { defineFact } from '../../platform/outbox/announce.ts'

const aboutPost = z.object({ postId: z.number().int(), authorId: z.number().int() })
const byAuthor = ({ authorId }: z.infer<typeof aboutPost>) => authorId

/** An entry is what stands in feeds; its id says when. */
export const postPublished = defineFact(
  'post.published',
  aboutPost.extend({ entryId: z.number().int(), actorId: z.number().int() }),
  byAuthor,
)
export const postEdited = defineFact('post.edited', aboutPost, byAuthor)
export const postPinned = defineFact('post.pinned', aboutPost, byAuthor)
export const postUnpinned = defineFact('post.unpinned', aboutPost, byAuthor)
export const postDeleted = defineFact('post.deleted', aboutPost, byAuthor)

const moderated = aboutPost.extend({ moderatorId: z.number().int() })
const byModerator = ({ moderatorId }: z.infer<typeof moderated>) => moderatorId

export const postHidden = defineFact('post.hidden', moderated, byModerator)
export const postRestored = defineFact('post.restored', moderated, byModerator)
