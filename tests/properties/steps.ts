import fc from 'fast-check'
import { expect } from 'vitest'
import type { Nexus, Person } from '../cast.ts'
import { blockedEitherWay, type Comment, deleteThread, maySeeComment, maySeePost, type Post, type World } from './model.ts'

const KINDS = {
  follow: 7,
  unfollow: 2,
  block: 2,
  unblock: 2,
  mute: 2,
  unmute: 1,
  post: 5,
  postForFollowers: 3,
  quote: 2,
  share: 6,
  unshare: 2,
  edit: 2,
  editNothing: 1,
  delete: 2,
  like: 4,
  unlike: 2,
  comment: 3,
  reply: 3,
  deleteComment: 2,
  likeComment: 2,
  unlikeComment: 1,
} as const

/** One step of a history. `whom` and `what` are taken modulo the number of people, posts or comments that there are. */
export interface Step {
  kind: keyof typeof KINDS
  who: number
  whom: number
  what: number
}

/** `weights` makes some kinds likelier, or leaves them out. */
export function historyOf(people: number, steps: number, weights: Partial<Record<Step['kind'], number>> = {}): fc.Arbitrary<Step[]> {
  const kinds = Object.entries({ ...KINDS, ...weights }).map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind as Step['kind']) }))
  const step = fc.record({
    kind: fc.oneof(...kinds),
    who: fc.nat(people - 1),
    whom: fc.nat(people - 1),
    what: fc.nat(100),
  })
  return fc.array(step, { minLength: Math.floor(steps / 2), maxLength: steps, size: 'max' })
}

export interface Stage {
  nexus: Nexus
  people: Person[]
  world: World
}

type Code = 'BAD_USER_INPUT' | 'NOT_FOUND' | 'FORBIDDEN' | undefined

/** A step as it is asked of Nexus, what is to come of it, and what it does to the model if nothing forbids it. */
interface Deed {
  ask: string
  code: Code
  // biome-ignore lint/suspicious/noExplicitAny: answers have every shape
  happen(data: any): void
}

/** Takes a step in Nexus and in the model. What is refused is refused with the code that the model says. */
export async function take(stage: Stage, step: Step): Promise<void> {
  const deed = deedOf(stage, step)
  if (!deed) return // there is no post or comment yet
  stage.world.clock += 1
  const { data, errors } = await stage.nexus.gql(`mutation { done: ${deed.ask} }`, { token: stage.people[step.who]!.token })
  expect(errors?.[0]?.extensions.code, `${deed.ask} by ${step.who}`).toBe(deed.code)
  if (deed.code === undefined) deed.happen(data.done)
}

function deedOf(stage: Stage, step: Step): Deed | undefined {
  const { world } = stage
  const post = world.posts[step.what % world.posts.length]
  const comment = world.comments[step.what % world.comments.length]
  return (
    deedToPeople(stage, step) ??
    newPost(world, step) ??
    (post && deedToPost(world, step, post)) ??
    (comment && deedToComment(world, step, comment))
  )
}

/** "To follow, block or mute oneself: BAD_USER_INPUT; the opposites do nothing." */
function deedToPeople({ world, people }: Stage, { kind, who, whom }: Step): Deed | undefined {
  const { follows, blocks, mutes } = world
  const ask = `${kind}User(userId: ${people[whom]!.id}) { user { id } }`
  const self: Code = who === whom ? 'BAD_USER_INPUT' : undefined
  switch (kind) {
    case 'follow':
      return { ask, code: self ?? (blockedEitherWay(world, who, whom) ? 'FORBIDDEN' : undefined), happen: () => follows.add(who, whom) }
    case 'unfollow':
      return { ask, code: undefined, happen: () => follows.delete(who, whom) }
    case 'block': {
      const happen = () => {
        blocks.add(who, whom)
        follows.delete(who, whom)
        follows.delete(whom, who)
      }
      return { ask, code: self, happen }
    }
    case 'unblock':
      return { ask, code: undefined, happen: () => blocks.delete(who, whom) }
    case 'mute':
      return { ask, code: self, happen: () => mutes.add(who, whom) }
    case 'unmute':
      return { ask, code: undefined, happen: () => mutes.delete(who, whom) }
    default:
      return undefined
  }
}

function newPost(world: World, { kind, who, what }: Step): Deed | undefined {
  const quotes = kind === 'quote' ? world.posts[what % world.posts.length] : undefined
  if (!(kind === 'post' || kind === 'postForFollowers' || quotes)) return undefined
  const visibility = kind === 'postForFollowers' ? 'FOLLOWERS' : 'PUBLIC'
  const content = `words ${world.clock}`
  const quoting = quotes ? `, quotedPostId: ${quotes.id}` : ''
  const post = { author: who, content, visibility, quotes, at: world.clock, edited: false, deleted: false } as const
  return {
    ask: `createPost(content: "${content}", visibility: ${visibility}${quoting}) { post { id } }`,
    code: quotes && (!maySeePost(world, who, quotes) ? 'NOT_FOUND' : quotes.visibility === 'FOLLOWERS' ? 'FORBIDDEN' : undefined),
    happen: (done) => world.posts.push({ ...post, id: done.post.id, likes: new Set(), shares: new Map() }),
  }
}

function deedToPost(world: World, { kind, who }: Step, post: Post): Deed | undefined {
  const unseen: Code = maySeePost(world, who, post) ? undefined : 'NOT_FOUND'
  const notYours: Code = unseen ?? (post.author === who ? undefined : 'FORBIDDEN')
  const at = world.clock
  const onPost = (verb: string) => `${verb}Post(postId: ${post.id}) { post { id } }`
  const update = (content: string) => `updatePost(id: ${post.id}, content: "${content}") { post { id } }`
  switch (kind) {
    case 'share': {
      const ask = `sharePost(postId: ${post.id}, message: "message ${at}") { post { id } }`
      const happen = () => void (post.shares.has(who) || post.shares.set(who, { at, message: `message ${at}` }))
      return { ask, code: unseen ?? (post.visibility === 'FOLLOWERS' ? 'FORBIDDEN' : undefined), happen }
    }
    case 'unshare':
      return { ask: onPost('unshare'), code: unseen, happen: () => void post.shares.delete(who) }
    case 'like':
      return { ask: onPost('like'), code: unseen, happen: () => void post.likes.add(who) }
    case 'unlike':
      return { ask: onPost('unlike'), code: unseen, happen: () => void post.likes.delete(who) }
    case 'edit':
      return {
        ask: update(`other words ${at}`),
        code: notYours,
        happen: () => Object.assign(post, { content: `other words ${at}`, edited: true }),
      }
    case 'editNothing':
      return { ask: update(post.content), code: notYours, happen: () => {} }
    case 'delete': {
      const happen = () => {
        post.deleted = true
        for (const comment of world.comments) if (comment.post === post) comment.deleted = true
      }
      return { ask: `deletePost(id: ${post.id})`, code: notYours, happen }
    }
    case 'comment':
      return {
        ask: `createComment(postId: ${post.id}, text: "words") { comment { id } }`,
        code: unseen,
        happen: addComment(world, who, post),
      }
    default:
      return undefined
  }
}

function addComment(world: World, author: number, post: Post, parent?: Comment): Deed['happen'] {
  return (done) => world.comments.push({ id: done.comment.id, author, post, parent, deleted: false, likes: new Set() })
}

function deedToComment(world: World, { kind, who }: Step, comment: Comment): Deed | undefined {
  const unseen: Code = maySeeComment(world, who, comment) ? undefined : 'NOT_FOUND'
  const onComment = (verb: string) => `${verb}(commentId: ${comment.id}) { comment { id } }`
  switch (kind) {
    case 'reply': {
      const ask = `createComment(postId: ${comment.post.id}, parentId: ${comment.id}, text: "words") { comment { id } }`
      return { ask, code: unseen, happen: addComment(world, who, comment.post, comment) }
    }
    case 'deleteComment': {
      // "One's own comment can be deleted even where its post has become hidden"
      const own = comment.author === who && !comment.deleted
      return {
        ask: `deleteComment(id: ${comment.id})`,
        code: own ? undefined : (unseen ?? 'FORBIDDEN'),
        happen: () => deleteThread(world, comment),
      }
    }
    case 'likeComment':
      return { ask: onComment('likeComment'), code: unseen, happen: () => void comment.likes.add(who) }
    case 'unlikeComment':
      return { ask: onComment('unlikeComment'), code: unseen, happen: () => void comment.likes.delete(who) }
    default:
      return undefined
  }
}
