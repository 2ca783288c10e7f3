import { z } from 'zod'
import { firstRow, type Statement, statement, type Tx, type Writer } from '../../platform/database/statement.ts'
import { defineJob } from '../../platform/queue/job.ts'
import { lockThing } from './lock-thing.ts'
import { type Cause, NONE, type Subject } from './notification-kinds.ts'
import { type KeptCause, settleCauses } from './settle-causes.ts'

const ATTEMPTS_MAX = 12
const onPost = z.object({ userId: z.number().int(), postId: z.number().int() })

/** Tells a post's author of a like, or takes it back. */
export const settlePostLike = defineJob({
  name: 'notifications.settle-post-like',
  input: onPost,
  attemptsMax: ATTEMPTS_MAX,
  run: ({ database }: { database: Writer }, { userId, postId }) => settleOnPost(database, 'LIKE', likeOfPost, userId, postId),
})

/** Tells a post's author of a share, or takes it back. */
export const settleShare = defineJob({
  name: 'notifications.settle-share',
  input: onPost,
  attemptsMax: ATTEMPTS_MAX,
  run: ({ database }: { database: Writer }, { userId, postId }) => settleOnPost(database, 'SHARE', shareOfPost, userId, postId),
})

/** Tells a comment's author of a like, or takes it back. */
export const settleCommentLike = defineJob({
  name: 'notifications.settle-comment-like',
  input: z.object({ userId: z.number().int(), commentId: z.number().int() }),
  attemptsMax: ATTEMPTS_MAX,
  run: async ({ database }: { database: Writer }, { userId, commentId }) => {
    await database.transaction(
      async (tx) => {
        const place = await firstRow(tx, postOfComment, [commentId])
        if (!place) return // what is told of a deleted comment goes with it
        await lockThing(tx, 'post', place.postId)
        const truth = await firstRow(tx, likeOfComment, [userId, commentId])
        if (truth) await settleReaction(tx, { ...truth, kind: 'LIKE', postId: place.postId, commentId, actorId: userId })
      },
      { durable: false },
    )
  },
})

/** What is to be told of, and when it happened; without a source there is nothing (any more). */
interface Truth {
  recipientId: number
  sourceId: number | null
  happenedAt: Date | null
}

function truthAboutPost(name: string, table: 'likes' | 'shares'): Statement<Truth> {
  return statement(
    name,
    `select p.author_id as "recipientId", r.id as "sourceId", r.created_at as "happenedAt"
     from posts p left join (select * from ${table} where user_id = $1 and user_id in (select id from users where id = $1 and closed_at is null)) r
       on r.post_id = p.id
     where p.id = $2 and p.author_id > 0`,
  )
}

const likeOfPost = truthAboutPost('notifications.like-of-post', 'likes')
const shareOfPost = truthAboutPost('notifications.share-of-post', 'shares')
const postOfComment = statement<{ postId: number }>(
  'notifications.post-of-comment',
  'select post_id as "postId" from comments where id = $1',
)
const likeOfComment = statement<Truth>(
  'notifications.like-of-comment',
  `select c.author_id as "recipientId", r.id as "sourceId", r.created_at as "happenedAt"
   from comments c left join (select * from comment_likes where user_id = $1 and user_id in (select id from users where id = $1 and closed_at is null)) r
     on r.comment_id = c.id
   where c.id = $2 and c.author_id > 0`,
)

async function settleOnPost(
  database: Writer,
  kind: 'LIKE' | 'SHARE',
  truthAbout: Statement<Truth>,
  actorId: number,
  postId: number,
): Promise<void> {
  await database.transaction(
    async (tx) => {
      await lockThing(tx, 'post', postId)
      const truth = await firstRow(tx, truthAbout, [actorId, postId])
      if (truth) await settleReaction(tx, { ...truth, kind, postId, commentId: NONE, actorId })
    },
    { durable: false },
  )
}

const keptOfActor = statement<KeptCause>(
  'notifications.kept-of-actor',
  `select n.id as "notificationId", n.recipient_id as "recipientId", n.kind, n.post_id as "postId", n.comment_id as "commentId",
     c.actor_id as "actorId", c.source_id as "sourceId"
   from notifications n join notification_causes c on c.notification_id = n.id and c.actor_id = $5
   where n.recipient_id = $1 and n.kind = $2::notification_kind and n.post_id = $3 and n.comment_id = $4`,
)

/** Settles what one does to one thing, which is there once at most. Nobody is told of what they do themselves. */
export async function settleReaction(tx: Tx, about: Subject & Truth & { actorId: number }): Promise<void> {
  const { recipientId, kind, postId, commentId, actorId, sourceId, happenedAt } = about
  if (recipientId === actorId) return
  const due: Cause[] =
    sourceId === null || happenedAt === null ? [] : [{ recipientId, kind, postId, commentId, actorId, sourceId, textId: null, happenedAt }]
  await settleCauses(tx, due, await tx.rows(keptOfActor, [recipientId, kind, postId, commentId, actorId]))
}
