import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { type Connected, connectApp, rest } from './connect-app.ts'

let nexus: Nexus
let people: Record<'alice' | 'bob' | 'carol', Person>
let alice: Connected
let postId: string

beforeAll(async () => {
  nexus = await startNexus()
  people = await cast(nexus, 'alice', 'bob', 'carol')
  alice = await connectApp(nexus, 'alice')
  postId = await post(nexus, people.alice, 'A post of mine')
  const { bob, carol } = people
  await nexus.ask('mutation ($id: ID!) { likePost(postId: $id) { post { id } } }', bob.token, { id: postId })
  await nexus.settle()
  await nexus.ask('mutation ($id: ID!) { likePost(postId: $id) { post { id } } }', carol.token, { id: postId })
  await nexus.settle()
  await follow(nexus, bob, people.alice)
  await nexus.settle()
  const comment = 'mutation ($id: ID!, $text: String!) { createComment(postId: $id, text: $text) { comment { id } } }'
  for (const text of ['First!', 'Second, @alice']) {
    await nexus.ask(comment, carol.token, { id: postId, text })
    await nexus.settle()
  }
  await nexus.ask('mutation ($id: ID!) { sharePost(postId: $id) { post { id } } }', carol.token, { id: postId })
  await nexus.settle()
})
afterAll(() => nexus?.close())

const told = (list: { type: string; account: { username: string } }[]) => list.map(({ type, account }) => `${type} by ${account.username}`)
const ALL = ['reblog by carol', 'mention by carol', 'mention by carol', 'follow by bob', 'favourite by carol', 'favourite by bob']

describe('notifications over REST', () => {
  it('tell alice what each did, newest first, with the status that it is about', async () => {
    const list = await alice.client.v1.notifications.list()
    expect(told(list)).toEqual(ALL)
    expect(list.map(({ status }) => status?.content)).toEqual([
      '<p>A post of mine</p>',
      expect.stringContaining('Second, <span'),
      '<p>First!</p>',
      undefined,
      '<p>A post of mine</p>',
      '<p>A post of mine</p>',
    ])
    expect(list[1]?.status).toMatchObject({ inReplyToId: postId, mentions: [{ username: 'alice' }] })
  })

  it('page by Link down and up without gap', async () => {
    const pages: string[][] = []
    let path: string | undefined = '/api/v1/notifications?limit=4'
    let up: string | undefined
    while (path) {
      const { data, headers } = await rest(nexus, path, { token: alice.token })
      if (data.length === 0) break
      pages.push(told(data))
      const link = headers.get('link') ?? ''
      up = /<([^>]+)>; rel="prev"/.exec(link)?.[1]
      path = /<([^>]+)>; rel="next"/.exec(link)?.[1]?.replace(/^https?:\/\/[^/]+/, '')
    }
    expect(pages.flat()).toEqual(ALL)
    const above = await rest(nexus, String(up).replace(/^https?:\/\/[^/]+/, ''), { token: alice.token })
    expect(told(above.data)).toEqual(ALL.slice(0, 4))
  })

  it('are chosen by type and by who did it', async () => {
    const only = async (query: string) => told((await rest(nexus, `/api/v1/notifications?${query}`, { token: alice.token })).data)
    expect(await only('types[]=follow&types[]=reblog')).toEqual([ALL[0], ALL[3]])
    expect(await only('exclude_types[]=mention&exclude_types[]=favourite')).toEqual([ALL[0], ALL[3]])
    expect(await only(`account_id=${people.bob.id}`)).toEqual([ALL[3], ALL[5]])
    expect(await only('types[]=poll')).toEqual([])
    expect((await rest(nexus, '/api/v1/notifications?max_id=x', { token: alice.token })).status).toBe(422)
  })

  it('are counted, shown one by one, dismissed and cleared, by nobody but alice', async () => {
    const { token, client } = alice
    expect(await client.v1.notifications.unreadCount.fetch()).toEqual({ count: 6 })
    const [newest] = await client.v1.notifications.list()
    const id = newest?.id ?? ''
    expect(await client.v1.notifications.$select(id).fetch()).toMatchObject({ id, type: 'reblog' })
    const bob = await connectApp(nexus, 'bob')
    expect((await rest(nexus, `/api/v1/notifications/${id}`, { token: bob.token })).status).toBe(404)
    await rest(nexus, `/api/v1/notifications/${id}/dismiss`, { token: bob.token, method: 'POST' })
    expect((await rest(nexus, `/api/v1/notifications/${id}`, { token })).status).toBe(200)

    await client.v1.notifications.$select(id).dismiss()
    expect((await rest(nexus, `/api/v1/notifications/${id}`, { token })).status).toBe(404)
    expect(told(await client.v1.notifications.list())).toEqual(ALL.slice(1))
    await client.v1.notifications.clear()
    expect(await client.v1.notifications.list()).toEqual([])
    expect(await client.v1.notifications.unreadCount.fetch()).toEqual({ count: 0 })
    expect((await nexus.ask('{ unreadNotificationCount }', people.alice.token)).unreadNotificationCount).toBe(0)

    await nexus.ask('mutation ($id: ID!) { createComment(postId: $id, text: "Third") { comment { id } } }', people.bob.token, {
      id: postId,
    })
    await nexus.settle()
    expect(told(await client.v1.notifications.list())).toEqual(['mention by bob'])
  })
})

describe('markers', () => {
  it('remember for all clients how far alice has read, and count their changes', async () => {
    const { client } = alice
    expect(await client.v1.markers.fetch({ timeline: ['home', 'notifications'] })).toEqual({})
    expect(await client.v1.markers.create({ home: { lastReadId: '100' } })).toMatchObject({ home: { lastReadId: '100', version: 1 } })
    const both = await client.v1.markers.create({ home: { lastReadId: '90' }, notifications: { lastReadId: '7' } })
    expect(both).toMatchObject({ home: { lastReadId: '90', version: 2 }, notifications: { version: 1 } })
    expect(Object.keys(await client.v1.markers.fetch({ timeline: ['notifications'] }))).toEqual(['notifications'])
    expect((await rest(nexus, '/api/v1/markers', { token: alice.token, body: { home: { last_read_id: 'x' } } })).status).toBe(422)
    const form = new URLSearchParams({ 'home[last_read_id]': '120' })
    const { data, headers } = await rest(nexus, '/api/v1/markers', { token: alice.token, body: form })
    expect(data.home).toMatchObject({ version: 3 })
    expect(['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}`))).toEqual([
      '1000',
      expect.stringMatching(/^9\d\d$/),
      expect.stringMatching(/^20.*Z$/),
    ])
  })
})
