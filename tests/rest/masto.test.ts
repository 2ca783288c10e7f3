import { createOAuthAPIClient, createRestAPIClient } from 'masto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Nexus, PASSWORD, startNexus } from '../cast.ts'

let nexus: Nexus

beforeAll(async () => {
  nexus = await startNexus()
})
afterAll(() => nexus?.close())

const OUT_OF_BAND = 'urn:ietf:wg:oauth:2.0:oob'

/** Signs somebody in to a new app as their browser does, and answers a client of theirs. */
async function connect(username: string, scopes = 'read write follow') {
  const anonymous = createRestAPIClient({ url: nexus.url })
  const app = await anonymous.v1.apps.create({ clientName: 'Tests', redirectUris: OUT_OF_BAND, scopes })
  const asked = { client_id: app.clientId ?? '', redirect_uri: OUT_OF_BAND, response_type: 'code', scope: scopes }
  const page = await fetch(`${nexus.url}/oauth/authorize?${new URLSearchParams(asked)}`)
  expect(page.status).toBe(200)
  const agreed = await fetch(`${nexus.url}/oauth/authorize`, {
    method: 'POST',
    body: new URLSearchParams({ ...asked, username, password: PASSWORD, decision: 'allow' }),
  })
  const code = /value="([\w-]{20,})"/.exec(await agreed.text())?.[1] ?? ''
  const token = await createOAuthAPIClient({ url: nexus.url }).token.create({
    grantType: 'authorization_code',
    clientId: app.clientId ?? '',
    clientSecret: app.clientSecret ?? '',
    redirectUri: OUT_OF_BAND,
    code,
    scope: scopes,
  })
  return { client: createRestAPIClient({ url: nexus.url, accessToken: token.accessToken }), token: token.accessToken }
}

describe('a stock client of the Mastodon API', () => {
  it('signs alice in, and posts and reads for her', async () => {
    await nexus.signUp('alice')
    const { client } = await connect('alice')

    expect(await client.v1.accounts.verifyCredentials()).toMatchObject({ username: 'alice', acct: 'alice' })
    const status = await client.v1.statuses.create({ status: 'Hello <b>#world</b>' })
    expect(status.content).toContain('&lt;b&gt;')
    expect((await client.v1.timelines.home.list()).map(({ id }) => id)).toEqual([status.id])
  })
})
