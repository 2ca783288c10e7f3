import { z } from 'zod'
import { defineFact } from '../../platform/outbox/announce.ts'

const onPost = z.object({ userId: z.number().int(), postId: z.number().int() })
const share = onPost.extend({ shareId: z.number().int() })
const onComment = z.object({ userId: z.number().int(), commentId: z.number().int() })
const comment = z.object({ commentId: z.number().int(), postId: z.number().int(), authorId: z.number().int() })

export const postLiked = defineFact('post.liked', onPost)
export const postUnliked = defineFact('post.unliked', onPost)
/** An entry is what stands in feeds; its id says when. */
export const postShared = defineFact('post.shared', share.extend({ entryId: z.number().int(), actorId: z.number().int() }))
export const postUnshared = defineFact('post.unshared', share)
export const commentWritten = defineFact('comment.written', comment)
export const commentEdited = defineFact('comment.edited', comment)
export const commentDeleted = defineFact('comment.deleted', comment)
export const commentLiked = defineFact('comment.liked', onComment)
export const commentUnliked = defineFact('comment.unliked', onComment)
