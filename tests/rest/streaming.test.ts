import { createStreamingAPIClient, type mastodon } from 'masto'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { connectApp, rest } from './connect-app.ts'

let nexus: Nexus
let people: Record<'alice' | 'bob' | 'mallory', Person>
let token: string

beforeAll(async () => {
  nexus = await startNexus()
  people = await cast(nexus, 'alice', 'bob', 'mallory')
  token = (await connectApp(nexus, 'alice')).token
  await follow(nexus, people.alice, people.bob)
})
afterAll(() => nexus?.close())

const streamingApiUrl = () => nexus.url.replace(/^http/, 'ws')

/** The next event of a subscription. */
async function next(events: AsyncIterator<mastodon.streaming.Event>): Promise<string> {
  const { value } = await events.next()
  const { event, payload } = value as { event: string; payload: { content?: string; type?: string } }
  return `${event}: ${payload.content ?? payload.type}`
}

/** Subscriptions are sent and not answered, and a process that has just begun hears of the first fact within a second. */
const heard = () => new Promise((resolve) => setTimeout(resolve, 1200))

it('tells a stock client of posts in the home feed, of notifications, and of public posts by tag', async () => {
  const client = createStreamingAPIClient({ streamingApiUrl: streamingApiUrl(), accessToken: token, implementation: WebSocket })
  onTestFinished(() => client.close())
  const [user, tagged] = [client.user.subscribe().values(), client.hashtag.subscribe({ tag: 'Cats' }).values()]
  const first = [next(user), next(tagged)]
  await heard()
  await post(nexus, people.mallory, 'not for the home feed #cats')
  await post(nexus, people.bob, 'for those who follow')
  expect(await Promise.all(first)).toEqual(['update: <p>for those who follow</p>', expect.stringContaining('not for the home feed')])
  await follow(nexus, people.mallory, people.alice)
  expect(await next(user)).toBe('notification: follow')
})

it('closes on whoever has no right, and when the session of the token ends', async () => {
  const closed = (query: string) =>
    new Promise<number>((resolve) => new WebSocket(`${streamingApiUrl()}/api/v1/streaming?${query}`).once('close', resolve))
  expect([await closed('stream=public'), await closed('stream=user&access_token=forged')]).toEqual([4401, 4401])
  const other = await connectApp(nexus, 'alice')
  const ended = closed(`stream=user&access_token=${other.token}`)
  await heard()
  const { clientId: client_id, clientSecret: client_secret } = other
  await rest(nexus, '/oauth/revoke', { body: { client_id, client_secret, token: other.token } })
  expect(await ended).toBe(4401)
  expect((await rest(nexus, '/api/v1/streaming/health')).data).toBe('OK')
})
