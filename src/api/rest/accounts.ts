import { z } from 'zod'
import { readUserByUsername } from '../../domain/accounts/read-users.ts'
import { updateProfile } from '../../domain/accounts/update-profile.ts'
import { searchPeople } from '../../domain/search/search-people.ts'
import { refuse, refuseInput } from '../../refusals.ts'
import type { RequestContext } from '../request-context.ts'
import { callingUser, type RestCaller } from './rest-caller.ts'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'
import { accountShape, credentialShape, showAccount } from './shapes/account.ts'
import { count, idPath, yesOrNo } from './shapes/parameters.ts'
import { findAccount, showAccounts } from './shapes/shown-accounts.ts'

const NO_ROLE = { id: '-99', name: '', color: '', permissions: '0', highlighted: false }
const LIMIT_BY_DEFAULT = 40
const LIMIT_MAX = 80

const accountSearch = z.object({
  q: z.string(),
  limit: count.default(LIMIT_BY_DEFAULT),
  following: yesOrNo.default(false),
  resolve: yesOrNo.optional().describe('There are no other servers to ask.'),
})

const profileChange = z.object({ display_name: z.string().optional(), note: z.string().optional() })

export const accountRoutes = (platform: RestPlatform): RestRoute[] => [
  restRoute({
    method: 'GET',
    url: '/api/v1/accounts/verify_credentials',
    summary: 'The user whose token this is.',
    tag: 'accounts',
    access: 'user',
    scope: 'read:accounts',
    answer: credentialShape,
    run: ({ caller }) => showCaller(platform, caller),
  }),
  restRoute({
    method: 'PATCH',
    url: '/api/v1/accounts/update_credentials',
    summary: "Changes the user's display name and note. What is left out stays as it is; what Nexus has not is not looked at.",
    tag: 'accounts',
    access: 'user',
    scope: 'write:accounts',
    body: profileChange,
    answer: credentialShape,
    run: async ({ caller, body: { display_name: name, note: bio } }) => {
      const change = { ...(name !== undefined && { displayName: name === '' ? null : name }), ...(bio !== undefined && { bio }) }
      await updateProfile(platform.database, callingUser(caller).id, change)
      caller.request.actAs(caller.request.viewer)
      return showCaller(platform, caller)
    },
  }),
  restRoute({
    method: 'POST',
    url: '/api/v1/accounts',
    summary: 'Nobody signs up through an app: refused. Users sign up with createUser of GraphQL.',
    tag: 'accounts',
    access: 'app',
    scope: 'write:accounts',
    answer: accountShape,
    run: async () => {
      throw refuseInput('username', 'Nobody signs up through an app here.')
    },
  }),
  restRoute({
    method: 'GET',
    url: '/api/v1/accounts/lookup',
    summary: 'The user of a name, with or without @ and with or without this server behind it.',
    tag: 'accounts',
    access: 'visitor',
    scope: 'read:accounts',
    query: z.object({ acct: z.string() }),
    answer: accountShape,
    run: async ({ caller: { request }, query: { acct } }) => {
      const username = localName(platform, acct)
      const user = username === undefined ? undefined : await readUserByUsername(platform.database, username)
      if (!user) throw refuse('user.not-found')
      return showAccount(platform, request, user)
    },
  }),
  restRoute({
    method: 'GET',
    url: '/api/v1/accounts/search',
    summary: 'People by username, display name and note, the best first.',
    tag: 'accounts',
    access: 'user',
    scope: 'read:accounts',
    query: accountSearch,
    answer: z.array(accountShape),
    run: async ({ caller: { request }, query: { q, limit, following } }) => {
      const name = localName(platform, q.trim())
      if (name === undefined) return []
      const first = Math.min(Math.max(limit, 1), LIMIT_MAX)
      const { found } = await searchPeople(platform.database, name, { first }, request.viewer)
      const ids = found.map(({ userId }) => userId)
      return showAccounts(platform, request, following ? await followedOf(request, ids) : ids)
    },
  }),
  restRoute({
    method: 'GET',
    url: '/api/v1/accounts/:id',
    summary: 'A user.',
    tag: 'accounts',
    access: 'visitor',
    scope: 'read:accounts',
    path: idPath,
    answer: accountShape,
    run: async ({ caller: { request }, path: { id } }) => showAccount(platform, request, await findAccount(request, id)),
  }),
]

async function showCaller(platform: RestPlatform, caller: RestCaller): Promise<z.input<typeof credentialShape>> {
  const user = await caller.request.loaders.user.load(callingUser(caller).id)
  if (!user) throw refuse('user.not-found')
  return {
    ...(await showAccount(platform, caller.request, user)),
    source: { privacy: 'public', sensitive: false, language: null, note: user.bio, fields: [], follow_requests_count: 0 },
    role: NO_ROLE,
  }
}

/** The name that is meant here, or undefined where another server is meant. */
function localName({ publicUrl }: RestPlatform, acct: string): string | undefined {
  const [name = '', host] = acct.replace(/^@/, '').split('@')
  return host === undefined || host === '' || host === new URL(publicUrl).host ? name : undefined
}

async function followedOf(request: RequestContext, ids: readonly number[]): Promise<number[]> {
  const relations = await Promise.all(ids.map((id) => request.loaders.relation.load(id)))
  return ids.filter((_, place) => relations[place]?.viewerFollows)
}
