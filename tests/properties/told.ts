import { blockedEitherWay, type Comment, maySeeComment, maySeePost, type Post, type World } from './model.ts'

/** Somebody did something that somebody else is told of: what docs/notifications.md says, in memory and in the plainest way. */
export interface Cause {
  recipient: number
  kind: string
  post: Post | undefined
  comment: Comment | undefined
  actor: number
  /** The comment itself, where it is one. */
  said: Comment | undefined
  at: number
  /** The jobs that follow from it have run. */
  arrived: boolean
  read: boolean
}

/** What was ever told and still holds, by what it is. */
export type Told = Map<string, Cause>

type Deed = Pick<Cause, 'recipient' | 'kind' | 'post' | 'comment' | 'actor' | 'said'>

/** Brings what is told up to the world as it is: what is new happens now, and what is undone is forgotten. */
export function catchUp(told: Told, world: World): void {
  const deeds = new Map(deedsOf(world).map((deed) => [keyOf(deed), deed]))
  for (const key of told.keys()) if (!deeds.has(key)) told.delete(key)
  for (const [key, deed] of deeds) if (!told.has(key)) told.set(key, { ...deed, at: world.clock, arrived: false, read: false })
}

/** What is undone and done again happens anew. */
export function happenAgain(cause: Cause, world: World): void {
  world.clock += 1
  Object.assign(cause, { at: world.clock, arrived: false, read: false })
}

function keyOf({ recipient, kind, post, comment, actor, said }: Deed): string {
  return [recipient, kind, post?.id, comment?.id, actor, said?.id].join(' ')
}

function deedsOf(world: World): Deed[] {
  const posts = world.posts.filter(({ deleted }) => !deleted)
  const comments = world.comments.filter(({ deleted }) => !deleted)
  const deeds = [
    ...world.follows.all().map(([actor, recipient]) => ({ kind: 'FOLLOW', recipient, actor })),
    ...posts.flatMap((post) => [
      ...[...post.likes].map((actor) => ({ kind: 'LIKE', recipient: post.author, actor, post })),
      ...[...post.shares.keys()].map((actor) => ({ kind: 'SHARE', recipient: post.author, actor, post })),
      ...mentionedBy(post).map((recipient) => ({ kind: 'MENTION', recipient, actor: post.author, post })),
    ]),
    ...comments.flatMap((said) => [
      ...[...said.likes].map((actor) => ({ kind: 'LIKE', recipient: said.author, actor, post: said.post, comment: said })),
      ...(said.parent
        ? [{ kind: 'REPLY', recipient: said.parent.author, actor: said.author, post: said.post, comment: said.parent, said }]
        : []),
      ...(said.parent?.author === said.post.author
        ? []
        : [{ kind: 'COMMENT', recipient: said.post.author, actor: said.author, post: said.post, said }]),
    ]),
  ]
  return deeds
    .map((deed) => ({ post: undefined, comment: undefined, said: undefined, ...deed }))
    .filter(({ actor, recipient }) => actor !== recipient)
}

/** The number stands in the name: @name3 is person 3. */
function mentionedBy(post: Post): number[] {
  const named = [...post.content.matchAll(/@\w+(\d)/g)].map(([, number]) => Number(number))
  const quoted = post.quotes && !post.quotes.deleted ? [post.quotes.author] : []
  return [...new Set([...named, ...quoted])]
}

/** A notification, as the model has it. */
export interface Expected {
  kind: string
  post: string | null
  comment: string | null
  actors: number[]
  actorCount: number
  isRead: boolean
  causes: Cause[]
}

/** Whether two are told by one notification. */
export function isOfSameThing(one: Cause, other: Cause): boolean {
  return (['recipient', 'kind', 'post', 'comment'] as const).every((name) => one[name] === other[name])
}

/** What a person is shown: causes by whom they hear, about what they may see, gathered by kind and thing, what happened last first. */
export function shownTo(told: Told, world: World, viewer: number): Expected[] {
  const counting = [...told.values()].filter((cause) => cause.recipient === viewer && counts(world, viewer, cause))
  const things = Map.groupBy(counting, ({ kind, post, comment }) => [kind, post?.id, comment?.id].join(' '))
  const newestFirst = [...things.values()].map((causes) => causes.sort((a, b) => b.at - a.at)).sort((a, b) => b[0]!.at - a[0]!.at)
  return newestFirst.map((causes) => {
    const { kind, post, comment, said } = causes[0]!
    const actors = [...new Set(causes.map(({ actor }) => actor))]
    return {
      ...{ kind, post: post?.id ?? null, comment: (said ?? comment)?.id ?? null },
      ...{ actors: actors.slice(0, 3), actorCount: actors.length, isRead: causes.every(({ read }) => read), causes },
    }
  })
}

function counts(world: World, viewer: number, { actor, post, comment, said }: Cause): boolean {
  if (world.mutes.has(viewer, actor) || blockedEitherWay(world, viewer, actor)) return false
  return (!post || maySeePost(world, viewer, post)) && [comment, said].every((each) => !each || maySeeComment(world, viewer, each))
}
