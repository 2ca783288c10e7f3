import { z } from 'zod'
import type { User } from '../../../domain/accounts/read-users.ts'
import type { RequestContext } from '../../request-context.ts'
import type { RestSettings } from '../rest-platform.ts'
import { htmlOf } from './html.ts'

/** A user, as the Mastodon client API has it: https://docs.joinmastodon.org/entities/Account/ */
export const accountShape = z
  .object({
    id: z.string(),
    username: z.string(),
    acct: z.string(),
    url: z.string(),
    uri: z.string(),
    display_name: z.string(),
    note: z.string().describe('HTML'),
    avatar: z.string(),
    avatar_static: z.string(),
    header: z.string(),
    header_static: z.string(),
    locked: z.boolean(),
    bot: z.boolean(),
    group: z.boolean(),
    discoverable: z.boolean(),
    indexable: z.boolean(),
    suspended: z.boolean().optional(),
    created_at: z.iso.datetime(),
    last_status_at: z.string().nullable(),
    statuses_count: z.number().int(),
    followers_count: z.number().int(),
    following_count: z.number().int(),
    emojis: z.array(z.never()),
    fields: z.array(z.never()),
    roles: z.array(z.never()),
  })
  .meta({ id: 'Account' })
export type Account = z.infer<typeof accountShape>

export const credentialShape = accountShape
  .extend({
    source: z.object({
      privacy: z.string(),
      sensitive: z.boolean(),
      language: z.string().nullable(),
      note: z.string(),
      fields: z.array(z.never()),
      follow_requests_count: z.number().int(),
    }),
    role: z.object({ id: z.string(), name: z.string(), color: z.string(), permissions: z.string(), highlighted: z.boolean() }),
  })
  .meta({ id: 'CredentialAccount' })

/** A user with their counts, which come in one statement for all who are shown in the same turn. */
export async function showAccount({ publicUrl }: RestSettings, request: RequestContext, user: User): Promise<Account> {
  const counts = await request.loaders.userCounts.load(user.id)
  const said = SAID.get(user) ?? whatTheySay(publicUrl, user)
  SAID.set(user, said)
  return {
    ...said,
    statuses_count: counts?.posts ?? 0,
    followers_count: counts?.followers ?? 0,
    following_count: counts?.following ?? 0,
  }
}

/** Made once a row that is kept: the author of many posts, and of many readers, is the same one. Every server of this process has one address. */
const SAID = new WeakMap<User, Omit<Account, 'statuses_count' | 'followers_count' | 'following_count'>>()

function whatTheySay(publicUrl: string, user: User) {
  const address = `${publicUrl}/@${user.username}`
  const avatar = user.profilePicture ?? `${publicUrl}/api/pictures/avatar.svg`
  const header = `${publicUrl}/api/pictures/header.svg`
  return {
    id: String(user.id),
    username: user.username,
    acct: user.username,
    url: address,
    uri: address,
    display_name: user.displayName,
    note: htmlOf(user.bio, publicUrl),
    avatar,
    avatar_static: avatar,
    header,
    header_static: header,
    locked: false,
    bot: false,
    group: false,
    discoverable: true,
    indexable: true,
    ...(user.isSuspended && { suspended: true }),
    created_at: user.createdAt.toISOString(),
    last_status_at: null,
    emojis: [],
    fields: [],
    roles: [],
  }
}
