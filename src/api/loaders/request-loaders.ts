import DataLoader from 'dataloader'
import { readUserCounts, readUsers, readUsersByUsernames, type User, type UserCounts } from '../../domain/accounts/read-users.ts'
import type { PageArgs, Slice } from '../../domain/input/page-rules.ts'
import { type Comment, type CommentList, readComments, readCommentsOf } from '../../domain/interactions/read-comments.ts'
import { type CommentCounts, type PostCounts, readCommentCounts, readPostCounts } from '../../domain/interactions/read-counts.ts'
import { type OwnReaction, readOwnReactions } from '../../domain/interactions/read-own-reactions.ts'
import { type Reaction, type ReactionList, readReactionsOf } from '../../domain/interactions/read-reactions.ts'
import { type Medium, readMediaOfPosts } from '../../domain/media/read-media.ts'
import { readPinnedPosts } from '../../domain/posts/read-pinned-posts.ts'
import { type PostEdit, readPostEdits } from '../../domain/posts/read-post-edits.ts'
import { type Post, readPosts, readPostsOf } from '../../domain/posts/read-posts.ts'
import { type RelatedList, type RelatedUser, readRelatedUsers } from '../../domain/relationships/read-related-users.ts'
import { type Relation, readRelations } from '../../domain/relationships/read-relations.ts'
import type { Looker } from '../../domain/visibility/visibility-rules.ts'
import type { Reader } from '../../platform/database/statement.ts'

/** Ids given to one statement; what is asked beyond it becomes a further statement. */
const BATCH_MAX = 10_000

/** Batch readers of one request: whatever is asked in one turn is one statement, whatever the size of the page. */
export interface RequestLoaders {
  user: DataLoader<number, User | undefined>
  /** By the username in lower case. */
  userByName: DataLoader<string, User | undefined>
  userCounts: DataLoader<number, UserCounts | undefined>
  relation: DataLoader<number, Relation | undefined>
  /** Posts and comments are given visible or not: the caller asks the rule. */
  post: DataLoader<number, Post | undefined>
  comment: DataLoader<number, Comment | undefined>
  /** Of posts that may be seen. */
  mediaOf: DataLoader<number, Medium[]>
  /** Pinned by a user, and to be seen. */
  pinnedOf: DataLoader<number, Post[]>
  postCounts: DataLoader<number, PostCounts | undefined>
  commentCounts: DataLoader<number, CommentCounts | undefined>
  /** What was read ahead; undefined for the rest. */
  knows(reaction: OwnReaction, id: number): boolean | undefined
  /** At once for what was read ahead. */
  did(reaction: OwnReaction, id: number): boolean | Promise<boolean>
  readAhead(reaction: OwnReaction, ids: readonly number[]): Promise<void>
  postsOf(userId: number, args: PageArgs): Promise<Slice<Post>>
  related(list: RelatedList, userId: number, args: PageArgs): Promise<Slice<RelatedUser>>
  commentsOf(list: CommentList, ownerId: number, args: PageArgs): Promise<Slice<Comment>>
  reactionsOf(list: ReactionList, postId: number, args: PageArgs): Promise<Slice<Reaction>>
  editsOf(postId: number, args: PageArgs): Promise<Slice<PostEdit>>
}

export function makeLoaders(reader: Reader, looker: Looker | undefined): RequestLoaders {
  const lists = makeListLoaders()
  return {
    user: byKey(
      (ids) => readUsers(reader, ids),
      (user) => user.id,
    ),
    userByName: byKey(
      (names) => readUsersByUsernames(reader, names),
      (user) => user.username.toLowerCase(),
    ),
    userCounts: byKey(
      (ids) => readUserCounts(reader, ids),
      (counts) => counts.userId,
    ),
    relation: byKey(
      (ids) => readRelations(reader, looker?.id ?? 0, ids),
      (relation) => relation.userId,
    ),
    post: byKey(
      (ids) => readPosts(reader, ids, looker),
      (post) => post.id,
    ),
    comment: byKey(
      (ids) => readComments(reader, ids, looker),
      (comment) => comment.id,
    ),
    mediaOf: listsByKey((ids) => readMediaOfPosts(reader, ids)),
    pinnedOf: listsByKey((ids) => readPinnedPosts(reader, ids, looker)),
    postCounts: byKey(
      (ids) => readPostCounts(reader, ids),
      (counts) => counts.postId,
    ),
    commentCounts: byKey(
      (ids) => readCommentCounts(reader, ids),
      (counts) => counts.commentId,
    ),
    ...makeOwnReactionLoaders(reader, looker),
    postsOf: (id, args) => lists('posts', args, id, (ids) => readPostsOf(reader, ids, args, looker)),
    related: (list, id, args) => lists(list, args, id, (ids) => readRelatedUsers(reader, list, ids, args)),
    commentsOf: (list, id, args) => lists(list, args, id, (ids) => readCommentsOf(reader, list, ids, args, looker)),
    reactionsOf: (list, id, args) => lists(list, args, id, (ids) => readReactionsOf(reader, list, ids, args, looker)),
    editsOf: (id, args) => lists('edits', args, id, (ids) => readPostEdits(reader, ids, args)),
  }
}

function byKey<Key, Row>(read: (keys: readonly Key[]) => Promise<Row[]>, keyOf: (row: Row) => Key): DataLoader<Key, Row | undefined> {
  return new DataLoader(
    async (keys) => {
      const rows = new Map((await read(keys)).map((row) => [keyOf(row), row]))
      return keys.map((key) => rows.get(key))
    },
    { maxBatchSize: BATCH_MAX },
  )
}

function listsByKey<Row>(read: (keys: readonly number[]) => Promise<Map<number, Row[]>>): DataLoader<number, Row[]> {
  return new DataLoader(
    async (keys) => {
      const rows = await read(keys)
      return keys.map((key) => rows.get(key) ?? [])
    },
    { maxBatchSize: BATCH_MAX },
  )
}

function makeOwnReactionLoaders(reader: Reader, looker: Looker | undefined): Pick<RequestLoaders, 'did' | 'knows' | 'readAhead'> {
  const loaders = new Map<OwnReaction, DataLoader<number, boolean>>()
  const ahead = new Map<OwnReaction, Map<number, boolean>>()

  function loaderOf(reaction: OwnReaction, lookerId: number): DataLoader<number, boolean> {
    let loader = loaders.get(reaction)
    if (!loader) {
      loader = new DataLoader(
        async (ids) => {
          const done = await readOwnReactions(reader, reaction, lookerId, ids)
          return ids.map((each) => done.has(each))
        },
        { maxBatchSize: BATCH_MAX },
      )
      loaders.set(reaction, loader)
    }
    return loader
  }

  const knows = (reaction: OwnReaction, id: number) => (looker ? ahead.get(reaction)?.get(id) : false)

  return {
    knows,
    did: (reaction, id) => {
      if (!looker) return false
      return knows(reaction, id) ?? loaderOf(reaction, looker.id).load(id)
    },
    readAhead: async (reaction, ids) => {
      if (!looker) return
      const done = await readOwnReactions(reader, reaction, looker.id, ids)
      const known = ahead.get(reaction) ?? new Map<number, boolean>()
      for (const id of ids) known.set(id, done.has(id))
      ahead.set(reaction, known)
    },
  }
}

type ReadLists<Row> = (ownerIds: readonly number[]) => Promise<Map<number, Slice<Row>>>

// Owners whose lists are asked for with the same arguments share a statement.
function makeListLoaders() {
  const loaders = new Map<string, DataLoader<number, Slice<unknown>>>()
  return <Row>(list: string, { first, after }: PageArgs, ownerId: number, read: ReadLists<Row>): Promise<Slice<Row>> => {
    const name = `${list}:${first}:${after ?? ''}`
    let loader = loaders.get(name) as DataLoader<number, Slice<Row>> | undefined
    if (!loader) {
      loader = new DataLoader<number, Slice<Row>>(
        async (ownerIds) => {
          const slices = await read(ownerIds)
          return ownerIds.map((id) => slices.get(id) ?? { rows: [], hasNextPage: false, endKey: undefined })
        },
        { maxBatchSize: BATCH_MAX },
      )
      loaders.set(name, loader as DataLoader<number, Slice<unknown>>)
    }
    return loader.load(ownerId)
  }
}
