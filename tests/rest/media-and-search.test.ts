import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { type Connected, connectApp, rest } from './connect-app.ts'

let nexus: Nexus
let people: Record<'alice' | 'bob', Person>
let alice: Connected

beforeAll(async () => {
  nexus = await startNexus()
  people = await cast(nexus, 'alice', 'bob')
  alice = await connectApp(nexus, 'alice')
})
afterAll(() => nexus?.close())

const picture = async () =>
  new Blob([
    await sharp({ create: { width: 900, height: 300, channels: 3, background: 'teal' } })
      .png()
      .toBuffer(),
  ])

describe('a picture by REST', () => {
  it('is uploaded as both versions of the route have it, described, and stands in a status', async () => {
    const { client, token } = alice
    const medium = await client.v2.media.create({ file: await picture(), description: 'A wide one' })
    expect(medium).toMatchObject({ type: 'image', description: 'A wide one', blurhash: expect.any(String) })
    expect(medium.meta).toEqual({
      original: { width: 900, height: 300, size: '900x300', aspect: 3 },
      small: { width: 640, height: 213, size: '640x213', aspect: 640 / 213 },
    })
    expect(await client.v1.media.$select(medium.id).update({ description: 'A teal one' })).toMatchObject({ description: 'A teal one' })
    expect(await client.v1.media.$select(medium.id).fetch()).toMatchObject({ id: medium.id, description: 'A teal one' })

    const mutation = 'mutation ($ids: [ID!]) { createPost(content: "Look, @bob #teal", mediaIds: $ids) { post { id } } }'
    const { createPost } = await nexus.ask(mutation, people.alice.token, { ids: [medium.id] })
    const { data } = await rest(nexus, `/api/v1/statuses/${createPost.post.id}`, { token })
    expect(data.media_attachments).toMatchObject([{ id: medium.id, description: 'A teal one' }])
    expect([data.mentions, data.tags]).toMatchObject([[{ username: 'bob', id: String(people.bob.id) }], [{ name: 'teal' }]])
  })

  it('is refused where it is none, where there is no right, and is nobody else’s', async () => {
    const form = new FormData()
    form.set('file', new Blob(['<html>']))
    const ask = async (token: string, body: FormData | undefined, path = '/api/v1/media') =>
      (await rest(nexus, path, { token, method: 'POST', ...(body && { body }) })).status
    expect(await ask(alice.token, form)).toBe(415)
    expect(await ask(alice.token, new FormData())).toBe(422)
    expect(await ask(alice.token, undefined)).toBe(415)
    const reader = await connectApp(nexus, 'alice', 'read')
    expect(await ask(reader.token, form)).toBe(403)
    const medium = await alice.client.v2.media.create({ file: await picture() })
    const bob = await connectApp(nexus, 'bob')
    expect((await rest(nexus, `/api/v1/media/${medium.id}`, { token: bob.token })).status).toBe(404)
    const stolen = { token: bob.token, method: 'PUT', body: { description: 'mine' } }
    expect((await rest(nexus, `/api/v1/media/${medium.id}`, stolen)).status).toBe(404)
  })
})

describe('a form in parts', () => {
  it('is read as any other form, and takes no file where none belongs', async () => {
    const form = new FormData()
    form.set('home[last_read_id]', '42')
    expect((await rest(nexus, '/api/v1/markers', { token: alice.token, body: form })).data).toMatchObject({ home: { last_read_id: '42' } })
    form.set('file', new Blob(['x']), 'x.txt')
    expect((await rest(nexus, '/api/v1/markers', { token: alice.token, body: form })).status).toBe(422)
  })
})

describe('search and trends by REST', () => {
  it('find people, statuses and tags, each alone or together', async () => {
    const id = await post(nexus, people.bob, 'Bob plants an orchid #Gardening')
    const { client } = alice
    const host = new URL((await client.v1.accounts.verifyCredentials()).url).host
    expect((await client.v2.search.list({ q: `bob@${host}`, type: 'accounts' })).accounts).toMatchObject([{ username: 'bob' }])
    const found = await client.v2.search.list({ q: 'orchid' })
    expect(found.statuses.map((status) => status.id)).toEqual([id])
    expect(await client.v2.search.list({ q: 'orchid', type: 'statuses', offset: 1 })).toEqual({ accounts: [], statuses: [], hashtags: [] })
    expect((await client.v2.search.list({ q: '#gardening', type: 'hashtags' })).hashtags).toMatchObject([{ name: 'gardening' }])
    expect((await rest(nexus, '/api/v2/search?q=')).status).toBe(422)
    expect((await rest(nexus, '/api/v1/tags/Gardening')).data).toMatchObject({ name: 'gardening', following: false })
  })

  it('rank what many write and like', async () => {
    const [tags, statuses] = [await alice.client.v1.trends.tags.list(), await alice.client.v1.trends.statuses.list()]
    for (const { name, history } of tags) expect([name, history?.[0]?.uses]).toEqual([expect.any(String), expect.stringMatching(/^\d+$/)])
    expect(Array.isArray(statuses)).toBe(true)
  })
})
