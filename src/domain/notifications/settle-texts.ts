import { z } from 'zod'
import { firstRow, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { instantOfId } from '../../platform/ids.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { announceChanges } from './announce-changes.ts'
import { findNamedUsers } from './find-named-users.ts'
import type { Changed } from './keep-causes.ts'
import { lockThing } from './lock-thing.ts'
import { type Cause, NONE } from './notification-kinds.ts'
import { type KeptCause, settleCauses } from './settle-causes.ts'

const ATTEMPTS_MAX = 12

/** Tells whom a post names, and whose post it quotes; after an edit the newly named, and no more who is named no longer. */
export const settlePostWords = defineJob({
  name: 'notifications.settle-post-words',
  input: z.object({ postId: z.number().int() }),
  attemptsMax: ATTEMPTS_MAX,
  run: async ({ database }: { database: Writer }, { postId }) => {
    await database.transaction(
      async (tx) => {
        await lockThing(tx, 'post', postId)
        const post = await firstRow(tx, postToTellOf, [postId])
        if (!post) return // what is told of a deleted post goes with it
        const due = (await findNamedUsers(tx, post.content)).map((recipientId) => mentionIn(post, { recipientId, postId, commentId: NONE }))
        const { quotedPostId, quotedAuthorId } = post
        if (quotedPostId !== null && quotedAuthorId !== null && !due.some(({ recipientId }) => recipientId === quotedAuthorId))
          due.push({ ...mentionIn(post, { recipientId: quotedAuthorId, postId, commentId: NONE }), sourceId: quotedPostId })
        await settleWords(tx, postId, due)
      },
      { durable: false },
    )
  },
})

/** Tells of a comment whom it replies to, names, or whose post it comments, each by one of these alone, in this order; or takes it back. */
export const settleCommentWords = defineJob({
  name: 'notifications.settle-comment-words',
  input: z.object({ commentId: z.number().int(), postId: z.number().int() }),
  attemptsMax: ATTEMPTS_MAX,
  run: async ({ database }: { database: Writer }, { commentId, postId }) => {
    await database.transaction(
      async (tx) => {
        await lockThing(tx, 'post', postId)
        const comment = await firstRow(tx, commentToTellOf, [commentId])
        await settleWords(tx, commentId, comment ? await dueOfComment(tx, comment) : [])
        if (!comment) await announceChanges(tx, { added: [], retracted: await tx.rows(deleteOfComment, [commentId]) })
      },
      { durable: false },
    )
  },
})

interface Text {
  id: number
  authorId: number
  content: string
  editedAt: Date | null
}

interface PostToTellOf extends Text {
  quotedPostId: number | null
  quotedAuthorId: number | null
}

const postToTellOf = statement<PostToTellOf>(
  'notifications.post-to-tell-of',
  `select p.id, p.author_id as "authorId", p.content, p.edited_at as "editedAt", q.id as "quotedPostId",
     q.author_id as "quotedAuthorId"
   from posts p join users a on a.id = p.author_id and a.closed_at is null left join posts q on q.id = p.quoted_post_id where p.id = $1`,
)

interface CommentToTellOf extends Text {
  postId: number
  postAuthorId: number
  parentId: number | null
  parentAuthorId: number | null
}

const commentToTellOf = statement<CommentToTellOf>(
  'notifications.comment-to-tell-of',
  `select c.id, c.author_id as "authorId", c.text as content, c.edited_at as "editedAt", c.post_id as "postId", p.author_id as "postAuthorId",
     c.parent_id as "parentId", q.author_id as "parentAuthorId"
   from comments c join users a on a.id = c.author_id and a.closed_at is null join posts p on p.id = c.post_id
     left join comments q on q.id = c.parent_id where c.id = $1`,
)
const deleteOfComment = statement<Changed>(
  'notifications.delete-of-comment',
  'delete from notifications where comment_id = $1 and comment_id > 0 returning id as "notificationId", recipient_id as "userId"',
)

async function dueOfComment(tx: Tx, comment: CommentToTellOf): Promise<Cause[]> {
  const { id, postId, parentId, parentAuthorId, postAuthorId, authorId } = comment
  const byComment = { postId, actorId: authorId, sourceId: id, textId: id, happenedAt: instantOfId(id) }
  const due: Cause[] = []
  if (parentId !== null && parentAuthorId !== null)
    due.push({ ...byComment, recipientId: parentAuthorId, kind: 'REPLY', commentId: parentId })
  for (const recipientId of await findNamedUsers(tx, comment.content)) due.push(mentionIn(comment, { recipientId, postId, commentId: id }))
  due.push({ ...byComment, recipientId: postAuthorId, kind: 'COMMENT', commentId: NONE })
  return due.filter(({ recipientId }, place) => due.findIndex((other) => other.recipientId === recipientId) === place)
}

/** Who is named by an edit is told at its time. */
function mentionIn(text: Text, about: { recipientId: number; postId: number; commentId: number }): Cause {
  return {
    ...about,
    kind: 'MENTION',
    actorId: text.authorId,
    sourceId: text.id,
    textId: text.id,
    happenedAt: text.editedAt ?? instantOfId(text.id),
  }
}

const keptOfText = statement<KeptCause>(
  'notifications.kept-of-text',
  `select n.id as "notificationId", n.recipient_id as "recipientId", n.kind, n.post_id as "postId", n.comment_id as "commentId",
     c.actor_id as "actorId", c.source_id as "sourceId"
   from notification_causes c join notifications n on n.id = c.notification_id where c.text_id = $1`,
)
const openAccounts = statement<{ id: number }>(
  'notifications.open-accounts',
  'select id from users where id = any($1::int[]) and closed_at is null',
)

/** Nobody is told of what they write themselves, and nobody whose account is closed. */
async function settleWords(tx: Tx, textId: number, causes: readonly Cause[]): Promise<void> {
  const open = causes.length === 0 ? [] : await tx.rows(openAccounts, [causes.map(({ recipientId }) => recipientId)])
  const due = causes.filter(({ recipientId, actorId }) => recipientId !== actorId && open.some(({ id }) => id === recipientId))
  await settleCauses(tx, due, await tx.rows(keptOfText, [textId]))
}
