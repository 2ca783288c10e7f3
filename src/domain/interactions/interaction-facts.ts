import { z } from 'zod'
import { defineFact } from '../../platform/outbox/announce.ts'

const onPost = z.object({ userId: z.number().int(), postId: z.number().int() })
const share = onPost.extend({ shareId: z.number().int() })
const onComment = z.object({ userId: z.number().int(), commentId: z.number().int() })
const comment = z.object({ commentId: z.number().int(), postId: z.number().int(), authorId: z.number().int() })
const moderated = comment.extend({ moderatorId: z.number().int() })
const byUser = ({ userId }: { userId: number }) => userId
const byAuthor = ({ authorId }: { authorId: number }) => authorId
const byModerator = ({ moderatorId }: { moderatorId: number }) => moderatorId

export const postLiked = defineFact('post.liked', onPost, byUser)
export const postUnliked = defineFact('post.unliked', onPost, byUser)
/** An entry is what stands in feeds; its id says when. */
export const postShared = defineFact('post.shared', share.extend({ entryId: z.number().int(), actorId: z.number().int() }), byUser)
export const postUnshared = defineFact('post.unshared', share, byUser)
export const commentWritten = defineFact('comment.written', comment, byAuthor)
export const commentEdited = defineFact('comment.edited', comment, byAuthor)
export const commentDeleted = defineFact('comment.deleted', comment, byAuthor)
export const commentHidden = defineFact('comment.hidden', moderated, byModerator)
export const commentRestored = defineFact('comment.restored', moderated, byModerator)
export const commentLiked = defineFact('comment.liked', onComment, byUser)
export const commentUnliked = defineFact('comment.unliked', onComment, byUser)
