import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Nexus, startNexus } from '../cast.ts'
import { type Connected, connectApp, rest } from './connect-app.ts'

let nexus: Nexus
let alice: Connected

beforeAll(async () => {
  nexus = await startNexus()
  await nexus.signUp('alice')
  alice = await connectApp(nexus, 'alice', 'read write follow push')
})
afterAll(() => nexus?.close())

describe('what apps ask first', () => {
  it('tells what the server is, in both forms', async () => {
    const { client } = alice
    const now = await client.v2.instance.fetch()
    expect(now).toMatchObject({ title: 'Nexus', usage: { users: { activeMonth: expect.any(Number) } } })
    expect(now.configuration.statuses).toMatchObject({ maxCharacters: 5000, maxMediaAttachments: 4 })
    expect(now.configuration.urls.streaming).toMatch(/^ws:/)
    const then = await client.v1.instance.fetch()
    expect(then).toMatchObject({
      stats: { userCount: 1, domainCount: 1 },
      configuration: { mediaAttachments: { imageSizeLimit: 16777216 } },
    })
  })

  it('answers empty lists where Nexus has none', async () => {
    const paths = [
      ...['custom_emojis', 'announcements', 'filters', 'lists', 'conversations', 'follow_requests', 'suggestions', 'endorsements'],
      ...['featured_tags', 'followed_tags', 'scheduled_statuses', 'domain_blocks', 'trends/links', 'notifications/requests'],
      ...['accounts/1/lists', 'accounts/1/featured_tags', 'instance/rules', 'instance/peers', 'instance/activity'],
    ]
    const asked = [...paths.map((path) => `/api/v1/${path}`), '/api/v2/filters', '/api/v2/suggestions']
    const answers = await Promise.all(asked.map((path) => rest(nexus, path, { token: alice.token })))
    expect(answers.map(({ status, data }, index) => [asked[index], status, data])).toEqual(asked.map((path) => [path, 200, []]))
  })

  it('answers preferences and policies, and refuses push messages and polls clearly', async () => {
    const { token } = alice
    const ask = async (path: string, method = 'GET') => {
      const { status, data } = await rest(nexus, path, { token, method })
      return [status, data.error ?? data]
    }
    expect(await ask('/api/v1/preferences')).toEqual([200, expect.objectContaining({ 'posting:default:visibility': 'public' })])
    expect(await ask('/api/v1/notifications/policy')).toEqual([200, expect.objectContaining({ filter_not_following: false })])
    expect(await ask('/api/v2/notifications/policy')).toEqual([200, expect.objectContaining({ for_not_following: 'accept' })])
    expect(await ask('/api/v1/push/subscription')).toEqual([404, expect.stringContaining('streaming')])
    expect(await ask('/api/v1/push/subscription', 'POST')).toEqual([422, expect.stringContaining('streaming')])
    expect(await ask('/api/v1/polls/1')).toEqual([404, expect.stringContaining('poll')])
    expect(await ask('/api/v2/notifications')).toEqual([404, expect.any(String)])
  })

  it('shows a picture for who has none, as a picture and nothing else', async () => {
    const { avatar, header } = await alice.client.v1.accounts.verifyCredentials()
    for (const address of [avatar, header]) {
      const { status, headers, data } = await rest(nexus, new URL(address).pathname)
      expect([status, headers.get('content-type'), headers.get('x-content-type-options')]).toEqual([
        200,
        'image/svg+xml; charset=utf-8',
        'nosniff',
      ])
      expect(headers.get('content-security-policy')).toContain('sandbox')
      expect(data).toContain('<svg')
    }
  })

  it('says by nodeinfo which software this is, and answers HEAD', async () => {
    const { links } = (await rest(nexus, '/.well-known/nodeinfo')).data
    const { data } = await rest(nexus, new URL(links[0].href).pathname)
    expect(data).toMatchObject({ version: '2.0', software: { name: 'nexus' }, usage: { users: { total: 1 } } })
    expect((await rest(nexus, '/.well-known/webfinger?resource=acct:alice@localhost')).status).toBe(404)
    const head = await rest(nexus, '/api/v2/instance', { method: 'HEAD' })
    expect([head.status, head.data]).toEqual([200, ''])
  })
})

describe('a page of any origin', () => {
  const origin = 'https://app.elsewhere.test'
  const preflight = async (path: string, method: string) => {
    const asked = { origin, 'access-control-request-method': method, 'access-control-request-headers': 'authorization,idempotency-key' }
    const { headers } = await rest(nexus, path, { method: 'OPTIONS', headers: asked })
    return [headers.get('access-control-allow-origin'), headers.get('access-control-allow-methods')?.includes(method) ?? false]
  }

  it('may use the REST surface, with every method and the headers that clients send', async () => {
    for (const path of ['/api/v1/statuses', '/oauth/token', '/oauth/revoke', '/.well-known/nodeinfo'])
      expect([path, ...(await preflight(path, 'DELETE'))]).toEqual([path, '*', true])
    const { headers } = await rest(nexus, '/api/v2/instance', { headers: { origin } })
    expect(headers.get('access-control-expose-headers')).toContain('link')
  })

  it('reads neither GraphQL nor the page on which users sign in', async () => {
    for (const path of ['/graphql', '/oauth/authorize', '/oauth/tokens', '/apiary'])
      expect([path, (await preflight(path, 'POST'))[0]]).toEqual([path, null])
  })
})
