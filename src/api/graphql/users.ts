import { readAllUsers, readUserByUsername, USERS_LIST, type User } from '../../domain/accounts/read-users.ts'
import { POSTS_OF_LIST } from '../../domain/posts/read-posts.ts'
import type { RelatedList } from '../../domain/relationships/read-related-users.ts'
import { parseUserId } from '../../platform/ids.ts'
import { refuse, refuseInput } from '../../refusals.ts'
import { type RequestContext, requireViewer } from '../request-context.ts'
import { builder, mayAsk } from './builder.ts'
import { connect, connectionType, pageArgs, readPageArgs } from './connections.ts'
import { atHandWhere } from './plain-fields.ts'
import { PostConnection } from './post-type.ts'
import { UserType } from './user-type.ts'

export const UserConnection = connectionType('User', UserType)

/** The user of an id that a row names. It is there, or was a moment ago. */
export async function loadUser(request: RequestContext, id: number): Promise<User> {
  const user = await request.loaders.user.load(id)
  if (!user) throw refuse('user.not-found')
  return user
}

async function connectRelated(request: RequestContext, list: RelatedList, userId: number, given: Parameters<typeof readPageArgs>[0]) {
  const args = readPageArgs(given)
  const slice = await request.loaders.related(list, userId, args)
  return connect(
    list,
    slice,
    args,
    (row) => row.key,
    (row) => loadUser(request, row.userId),
  )
}

function isSelfOrAdmin(user: User, request: RequestContext): boolean {
  return request.viewer?.id === user.id || request.viewer?.role === 'admin'
}

UserType.implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    username: t.exposeString('username'),
    email: t.string({
      nullable: true,
      description: 'Only for the user themself and admins; null to everyone else.',
      ...atHandWhere((user: User, request) => (isSelfOrAdmin(user, request) ? user.email : null)),
      resolve: (user, _, request) => (isSelfOrAdmin(user, request) ? user.email : null),
    }),
    emailVerified: t.boolean({
      nullable: true,
      description: 'Only for the user themself and admins.',
      ...atHandWhere((user: User, request) => (isSelfOrAdmin(user, request) ? user.emailVerified : null)),
      resolve: (user, _, request) => (isSelfOrAdmin(user, request) ? user.emailVerified : null),
    }),
    displayName: t.exposeString('displayName'),
    bio: t.exposeString('bio'),
    profilePicture: t.exposeString('profilePicture', { nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    postCount: t.int({ resolve: async (user, _, request) => (await request.loaders.userCounts.load(user.id))?.posts ?? 0 }),
    followerCount: t.int({ resolve: async (user, _, request) => (await request.loaders.userCounts.load(user.id))?.followers ?? 0 }),
    followingCount: t.int({ resolve: async (user, _, request) => (await request.loaders.userCounts.load(user.id))?.following ?? 0 }),
    viewerFollows: t.boolean({ resolve: async (user, _, request) => (await relation(request, user))?.viewerFollows ?? false }),
    followsViewer: t.boolean({ resolve: async (user, _, request) => (await relation(request, user))?.followsViewer ?? false }),
    viewerBlocks: t.boolean({ resolve: async (user, _, request) => (await relation(request, user))?.viewerBlocks ?? false }),
    viewerMutes: t.boolean({ resolve: async (user, _, request) => (await relation(request, user))?.viewerMutes ?? false }),
    posts: t.field({
      type: PostConnection,
      args: pageArgs,
      resolve: async (user, given, request) => {
        const args = readPageArgs(given)
        return connect(
          POSTS_OF_LIST,
          await request.loaders.postsOf(user.id, args),
          args,
          (post) => post.id,
          (post) => post,
        )
      },
    }),
    followers: t.field({
      type: UserConnection,
      args: pageArgs,
      resolve: (user, args, request) => connectRelated(request, 'followers', user.id, args),
    }),
    following: t.field({
      type: UserConnection,
      args: pageArgs,
      resolve: (user, args, request) => connectRelated(request, 'following', user.id, args),
    }),
  }),
})

function relation(request: RequestContext, user: User) {
  return request.viewer ? request.loaders.relation.load(user.id) : undefined
}

builder.queryFields((t) => ({
  me: t.field({
    type: UserType,
    nullable: true,
    description: 'The signed-in user; null without a token.',
    ...mayAsk('visitor'),
    resolve: (_, __, request) => (request.viewer ? loadUser(request, request.viewer.id) : null),
  }),
  user: t.field({
    type: UserType,
    nullable: true,
    args: { id: t.arg.id({ required: false }), username: t.arg.string({ required: false }) },
    ...mayAsk('visitor'),
    resolve: async (_, { id, username }, request) => {
      const hasId = id !== undefined && id !== null
      const hasUsername = username !== undefined && username !== null
      if (hasId === hasUsername) throw refuseInput('id', 'Give exactly one of id and username.')
      const user = hasUsername ? await readUserByUsername(request.platform.database, username) : await loadById(request, id ?? '')
      return user && !user.isClosed ? user : null
    },
  }),
  users: t.field({
    type: UserConnection,
    args: pageArgs,
    ...mayAsk('visitor'),
    resolve: async (_, given, request) => {
      const args = readPageArgs(given)
      return connect(
        USERS_LIST,
        await readAllUsers(request.platform.database, args),
        args,
        (user) => user.id,
        (user) => user,
      )
    },
  }),
  blockedUsers: t.field({
    type: UserConnection,
    args: pageArgs,
    ...mayAsk('user'),
    resolve: (_, args, request) => connectRelated(request, 'blocked', requireViewer(request).id, args),
  }),
  mutedUsers: t.field({
    type: UserConnection,
    args: pageArgs,
    ...mayAsk('user'),
    resolve: (_, args, request) => connectRelated(request, 'muted', requireViewer(request).id, args),
  }),
}))

async function loadById(request: RequestContext, id: string): Promise<User | undefined> {
  const userId = parseUserId(id)
  return userId === undefined ? undefined : request.loaders.user.load(userId)
}
