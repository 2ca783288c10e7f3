import { expect } from 'vitest'
import {
  blockedEitherWay,
  type Comment,
  commentCount,
  commentsBelow,
  feed,
  homeFeed,
  maySeeComment,
  maySeePost,
  type Post,
  postsOf,
  publicFeed,
  replyCount,
  type Viewer,
  type World,
} from './model.ts'
import type { Stage } from './steps.ts'
import { expectPagesOf, walk, walkFeed } from './walk.ts'

/** Everybody, and a visitor, looks at everything that there is: all of it must be as the model says. Lists are paged by `size`. */
export async function lookAround(stage: Stage, size: number): Promise<void> {
  const viewers: Viewer[] = [undefined, ...stage.people.keys()]
  for (const viewer of viewers) {
    const eyes = eyesOf(stage, viewer, size)
    await Promise.all([lookAtFeeds(eyes), lookAtPeople(eyes), lookAtPosts(eyes), lookAtComments(eyes)])
  }
}

interface Eyes {
  stage: Stage
  world: World
  viewer: Viewer
  size: number
  // biome-ignore lint/suspicious/noExplicitAny: answers have every shape
  ask(query: string, variables: Record<string, unknown>): Promise<any>
}

function eyesOf(stage: Stage, viewer: Viewer, size: number): Eyes {
  const token = viewer === undefined ? undefined : stage.people[viewer]!.token
  return { stage, world: stage.world, viewer, size, ask: (query, variables) => stage.nexus.ask(query, token, variables) }
}

const ids = (list: { id: string }[]) => list.map(({ id }) => id)
// biome-ignore lint/suspicious/noExplicitAny: as above
const nodes = (connection: any) => connection.edges.map(({ node }: any) => node)

async function lookAtFeeds({ stage, world, viewer, size, ask }: Eyes): Promise<void> {
  const readPublic =
    'query ($first: Int, $after: String) { list: publicFeed(first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }'
  const seen = (await walk<{ id: string }>((after) => ask(readPublic, { first: size, after }).then(({ list }) => list), size)).flat()
  expect(ids(seen), `publicFeed of ${viewer}`).toEqual(ids(publicFeed(world, viewer)))
  if (viewer === undefined) return
  for (const includeOwn of [true, false]) {
    const question = `homeFeed of ${viewer} ${includeOwn ? 'with' : 'without'} own by ${size}`
    const pages = await walkFeed((after) => ask(READ_HOME, { first: size, after, includeOwn }).then(({ list }) => list), size)
    const expected = homeFeed(world, viewer, includeOwn).map(({ post, sharer }) => ({
      key: `${post.id} ${sharer === undefined ? (post.author === viewer ? 'OWN' : 'FOLLOWED') : `SHARED by ${stage.people[sharer]!.id}: ${post.shares.get(sharer)?.message}`}`,
      post: post.id,
    }))
    expectPagesOf(pages, expected, question)

    const readFeed =
      'query ($first: Int, $before: ID, $includeOwn: Boolean) { feed(first: $first, before: $before, includeOwn: $includeOwn) { id } }'
    const posts: { id: string }[] = []
    for (;;) {
      const page = (await ask(readFeed, { first: size, before: posts.at(-1)?.id, includeOwn })).feed
      posts.push(...page)
      if (page.length < size) break
    }
    expect(ids(posts), `feed of ${viewer} ${includeOwn}`).toEqual(ids(feed(world, viewer, includeOwn)))
  }
}

const READ_HOME = `query ($first: Int, $after: String, $includeOwn: Boolean) {
  list: homeFeed(first: $first, after: $after, includeOwn: $includeOwn) {
    edges { node { id } reason sharedBy { id } sharedMessage } pageInfo { hasNextPage endCursor }
  }
}`

async function lookAtPeople({ stage, world, viewer, size, ask }: Eyes): Promise<void> {
  const { follows, blocks, mutes } = world
  for (const [index, person] of stage.people.entries()) {
    const posts = await walk<{ id: string }>(
      (after) => ask(READ_USER, { id: person.id, first: size, after }).then(({ user }) => user.posts),
      size,
    )
    expect(ids(posts.flat()), `posts of ${index} for ${viewer}`).toEqual(ids(postsOf(world, viewer, index)))
    const { user } = await ask(READ_USER, { id: person.id, first: 1 })
    const followers = follows.all().filter(([, followed]) => followed === index)
    const following = follows.all().filter(([follower]) => follower === index)
    const idOf = (who: number) => String(stage.people[who]!.id)
    expect(
      { ...user, posts: undefined, followers: ids(nodes(user.followers)), following: ids(nodes(user.following)) },
      `${index} for ${viewer}`,
    ).toEqual({
      postCount: world.posts.filter((post) => post.author === index && !post.deleted).length,
      followerCount: followers.length,
      followingCount: following.length,
      viewerFollows: follows.has(viewer, index),
      followsViewer: viewer !== undefined && follows.has(index, viewer),
      viewerBlocks: blocks.has(viewer, index),
      viewerMutes: mutes.has(viewer, index),
      followers: followers.map(([follower]) => idOf(follower)).reverse(),
      following: following.map(([, followed]) => idOf(followed)).reverse(),
    })
  }
}

const READ_USER = `query ($id: ID!, $first: Int, $after: String) {
  user(id: $id) {
    postCount followerCount followingCount viewerFollows followsViewer viewerBlocks viewerMutes
    followers { edges { node { id } } } following { edges { node { id } } }
    posts(first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } }
  }
}`

async function lookAtPosts(eyes: Eyes): Promise<void> {
  const { world, viewer, ask } = eyes
  await Promise.all(
    world.posts.map(async (post) => {
      const { post: seen } = await ask(READ_POST, { id: post.id })
      expect(seen && readOff(seen), `post ${post.id} for ${viewer}`).toEqual(maySeePost(world, viewer, post) ? postOf(eyes, post) : null)
    }),
  )
}

const READ_POST = `query ($id: ID!) {
  post(id: $id) {
    id content visibility editedAt quotedPost { id } author { id } likeCount commentCount shareCount viewerHasLiked viewerHasShared
    comments { edges { node { id } } } likes { edges { node { user { id } } } } shares { edges { node { user { id } } } }
  }
}`

// biome-ignore lint/suspicious/noExplicitAny: as above
function readOff(seen: any) {
  const users = (connection: unknown) => nodes(connection).map(({ user }: { user: { id: string } }) => user.id)
  return {
    ...seen,
    editedAt: seen.editedAt !== null,
    comments: ids(nodes(seen.comments)),
    likes: users(seen.likes),
    shares: users(seen.shares),
  }
}

function postOf({ stage, world, viewer }: Eyes, post: Post) {
  const shown = (who: number) => !blockedEitherWay(world, viewer, who)
  const idsOf = (who: Iterable<number>) =>
    [...who]
      .filter(shown)
      .map((each) => String(stage.people[each]!.id))
      .reverse()
  return {
    id: post.id,
    content: post.content,
    visibility: post.visibility,
    editedAt: post.edited,
    quotedPost: post.quotes && maySeePost(world, viewer, post.quotes) ? { id: post.quotes.id } : null,
    author: { id: String(stage.people[post.author]!.id) },
    likeCount: post.likes.size,
    commentCount: commentCount(world, post),
    shareCount: post.shares.size,
    viewerHasLiked: viewer !== undefined && post.likes.has(viewer),
    viewerHasShared: viewer !== undefined && post.shares.has(viewer),
    comments: ids(commentsBelow(world, viewer, post, undefined)),
    likes: idsOf(post.likes),
    shares: idsOf(post.shares.keys()),
  }
}

async function lookAtComments({ world, viewer, ask }: Eyes): Promise<void> {
  await Promise.all(
    world.comments.map(async (comment) => {
      const { comment: seen } = await ask(READ_COMMENT, { id: comment.id })
      const read = seen && { ...seen, replies: ids(nodes(seen.replies)) }
      expect(read, `comment ${comment.id} for ${viewer}`).toEqual(
        maySeeComment(world, viewer, comment) ? commentOf(world, viewer, comment) : null,
      )
    }),
  )
}

const READ_COMMENT = `query ($id: ID!) {
  comment(id: $id) { id post { id } parent { id } likeCount replyCount viewerHasLiked replies { edges { node { id } } } }
}`

function commentOf(world: World, viewer: Viewer, comment: Comment) {
  return {
    id: comment.id,
    post: { id: comment.post.id },
    // "replies below a hidden comment stay, found by id, with parent null"
    parent: comment.parent && maySeeComment(world, viewer, comment.parent) ? { id: comment.parent.id } : null,
    likeCount: comment.likes.size,
    replyCount: replyCount(world, comment),
    viewerHasLiked: viewer !== undefined && comment.likes.has(viewer),
    replies: ids(commentsBelow(world, viewer, comment.post, comment)),
  }
}
