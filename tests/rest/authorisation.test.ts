import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RestPlatform } from '../../src/api/rest/rest-platform.ts'
import type { RestRoute } from '../../src/api/rest/rest-route.ts'
import { restRoutes } from '../../src/api/rest/rest-routes.ts'
import { openTheatre, type Stage, type Theatre } from '../authorisation/stage.ts'
import { PASSWORD } from '../cast.ts'
import { connectApp, rest } from './connect-app.ts'

/** Stands for all that routes run on: they are looked at here, and asked of the server. */
const unused: unknown = new Proxy(() => unused, { get: () => unused })
const ROUTES = restRoutes(
  new Proxy({ publicUrl: 'http://x' }, { get: (known, name) => known[name as 'publicUrl'] ?? unused }) as RestPlatform,
)

const WHO = ['nobody', 'an invalid token', 'a token of an app alone', 'a token without the scope', 'a user'] as const
type Who = (typeof WHO)[number]

let theatre: Theatre
let stage: Stage
let tokens: Record<Who, string | undefined>

beforeAll(async () => {
  theatre = await openTheatre()
  const { nexus } = theatre
  stage = await theatre.setStage('stranger')
  await nexus.signUp('erin')
  const app = await connectApp(nexus, 'erin', 'profile')
  const asked = { grant_type: 'client_credentials', client_id: app.clientId, client_secret: app.clientSecret, scope: 'profile' }
  const appAlone = await rest(nexus, '/oauth/token', { body: new URLSearchParams(asked) })
  expect(appAlone.status).toBe(200)
  tokens = {
    nobody: undefined,
    'an invalid token': `${app.token.slice(0, -4)}xxxx`,
    'a token of an app alone': appAlone.data.access_token,
    'a token without the scope': app.token,
    'a user': stage.token,
  }
})
afterAll(() => theatre.nexus.close())

/** What a route answers to somebody who may not ask; undefined where they may. */
function refusalOf({ access, scope }: RestRoute, who: Who): 401 | 403 | undefined {
  if (who === 'an invalid token') return 401
  if (who === 'nobody') return access === 'visitor' ? undefined : 401
  if (who === 'a token of an app alone' && access === 'user') return 401
  return who !== 'a user' && scope !== undefined ? 403 : undefined
}

const pathOf = ({ url }: RestRoute) => {
  const id = url.includes('/accounts/') ? stage.owner.id : stage.post
  return url.replace(':id', String(id)).replace(/:\w+/g, 'words')
}

async function statusFor({ method, ...route }: RestRoute, token: string | undefined): Promise<number> {
  const response = await fetch(`${theatre.nexus.url}${pathOf({ method, ...route })}`, {
    method,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  })
  const { status } = response
  if (status >= 400) expect(await response.json()).toMatchObject({ error: expect.any(String), code: expect.any(String) })
  else await response.body?.cancel()
  return status
}

it.each(ROUTES.map((route) => [`${route.method} ${route.url}`, route] as const))(
  '%s is refused to whom it is not for, before anything is done',
  async (_, route) => {
    const refused = WHO.filter((who) => refusalOf(route, who) !== undefined)
    const sums = await theatre.checksums()
    const answers = await Promise.all(refused.map(async (who) => [who, await statusFor(route, tokens[who])]))
    expect(answers).toEqual(refused.map((who) => [who, refusalOf(route, who)]))
    expect(await theatre.checksums()).toEqual(sums)
  },
)

it.each(ROUTES.filter(({ method, access }) => method === 'GET' && access !== 'app').map((route) => [route.url, route] as const))(
  'GET %s is answered to whom it is for, and says nothing of the inside',
  async (_, route) => {
    for (const who of WHO.filter((each) => refusalOf(route, each) === undefined && (each === 'a user' || route.access === 'visitor')))
      expect([200, 401, 404, 422], who).toContain(await statusFor(route, tokens[who]))
  },
)

/** What changes something of the owner's. Each: what is asked, and what a stranger, somebody blocked and the owner get. */
type Own = [name: string, method: string, path: (stage: Stage) => string, body: object | undefined, statuses: [number, number, number]]
const OWN: Own[] = [
  ['editing a post', 'PUT', ({ post }) => `statuses/${post}`, { status: 'other words' }, [403, 404, 200]],
  ['clearing its media', 'PUT', ({ post }) => `statuses/${post}`, { status: 'other words', media_ids: [] }, [403, 404, 200]],
  ['editing a post for followers', 'PUT', ({ followersPost }) => `statuses/${followersPost}`, { status: 'x' }, [404, 404, 200]],
  ['editing a comment', 'PUT', ({ comment }) => `statuses/${comment}`, { status: 'other words' }, [403, 404, 200]],
  ['deleting a post', 'DELETE', ({ post }) => `statuses/${post}`, undefined, [403, 404, 200]],
  ['deleting a hidden post', 'DELETE', ({ hiddenPost }) => `statuses/${hiddenPost}`, undefined, [404, 404, 200]],
  ['deleting a comment', 'DELETE', ({ comment }) => `statuses/${comment}`, undefined, [403, 404, 200]],
  ['pinning', 'POST', ({ post }) => `statuses/${post}/pin`, undefined, [403, 404, 200]],
  ['using a picture', 'POST', () => 'statuses', { media_ids: ['ownersMedium'] }, [404, 404, 200]],
]

describe.each(OWN)('%s', (_, method, path, body, [stranger, blocked, owner]) => {
  it.each([
    ['stranger', stranger],
    ['blocked', blocked],
    ['owner', owner],
  ] as const)(`is for the owner: %s gets %i`, async (who, status) => {
    const there = await theatre.setStage(who)
    const sent = body && JSON.parse(JSON.stringify(body).replace('ownersMedium', String(there.ownersMedium)))
    const sums = await theatre.checksums()
    const answer = await rest(theatre.nexus, `/api/v1/${path(there)}`, { token: there.token, method, body: sent })
    expect(answer.status).toBe(status)
    if (status !== 200) expect(await theatre.checksums()).toEqual(sums)
  })
})

it('shows nobody what is for followers, hidden, or of somebody suspended', async () => {
  const there = await theatre.setStage('stranger')
  for (const id of [there.followersPost, there.hiddenPost, there.suspendedPost, there.hiddenComment, there.commentForFollowers])
    for (const part of ['', '/context', '/history', '/source', '/favourited_by', '/reblogged_by'])
      expect([part, (await rest(theatre.nexus, `/api/v1/statuses/${id}${part}`, { token: there.token })).status]).toEqual([part, 404])
})

it('takes no password over REST but on the page of our own', async () => {
  const asked = { grant_type: 'password', username: 'erin', password: PASSWORD, client_id: 'x', client_secret: 'y' }
  expect((await rest(theatre.nexus, '/oauth/token', { body: new URLSearchParams(asked) })).status).toBeGreaterThanOrEqual(400)
})
