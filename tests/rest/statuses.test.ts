import type { mastodon } from 'masto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Nexus, startNexus } from '../cast.ts'
import { connectApp, rest } from './connect-app.ts'

let nexus: Nexus
let alice: { client: mastodon.rest.Client; token: string; id: string }
let bob: typeof alice

beforeAll(async () => {
  nexus = await startNexus()
  for (const name of ['alice', 'bob']) await nexus.signUp(name)
  ;[alice, bob] = await Promise.all([join('alice'), join('bob')])
})
afterAll(() => nexus?.close())

async function join(username: string) {
  const { client, token } = await connectApp(nexus, username)
  return { client, token, id: (await client.v1.accounts.verifyCredentials()).id }
}

async function ask(who: { token: string }, method: string, path: string, body?: object, headers: Record<string, string> = {}) {
  const { status, data } = await rest(nexus, path, { token: who.token, method, headers, ...(body && { body }) })
  return { status, body: data }
}

const publish = (who: typeof alice, status: string, more: Record<string, unknown> = {}) =>
  who.client.v1.statuses.create({ status, ...more } as mastodon.rest.v1.CreateStatusParams)

describe('a post', () => {
  it('keeps its warning, language and visibility, and is edited with all that it said before', async () => {
    const status = await publish(bob, 'the butler #spoiler', { spoilerText: 'who did it', language: 'en', visibility: 'private' })
    expect(status).toMatchObject({ spoilerText: 'who did it', sensitive: true, language: 'en', visibility: 'private' })
    expect(status.tags).toEqual([{ name: 'spoiler', url: expect.stringContaining('/tags/spoiler') }])

    const edited = await bob.client.v1.statuses.$select(status.id).update({ status: 'the gardener', spoilerText: '' })
    expect(edited).toMatchObject({ content: '<p>the gardener</p>', spoilerText: '', language: 'en', tags: [] })
    const history = await bob.client.v1.statuses.$select(status.id).history.list()
    expect(history.map(({ content, spoilerText }) => [content.replace(/<[^>]+>/g, ''), spoilerText])).toEqual([
      ['the butler #spoiler', 'who did it'],
      ['the gardener', ''],
    ])
    expect(history.map(({ createdAt }) => createdAt)).toEqual([status.createdAt, edited.editedAt])
    expect(await bob.client.v1.statuses.$select(status.id).source.fetch()).toEqual({ id: status.id, text: 'the gardener', spoilerText: '' })
  })

  it('is one post for one Idempotency-Key, and so is a reply', async () => {
    const key = { 'idempotency-key': 'k-1' }
    const posts = await Promise.all([1, 2].map(() => ask(bob, 'POST', '/api/v1/statuses', { status: 'once' }, key)))
    expect(posts[0]?.body.id).toBe(posts[1]?.body.id)
    const reply = { status: 'once', in_reply_to_id: posts[0]?.body.id }
    const replies = await Promise.all([1, 2].map(() => ask(bob, 'POST', '/api/v1/statuses', reply, key)))
    expect(replies[0]?.body.id).toBe(replies[1]?.body.id)
    expect(replies[0]?.body.id).not.toBe(posts[0]?.body.id)
  })

  it('is taken as a form too, and answered with its text when it is deleted', async () => {
    const form = new URLSearchParams([
      ['status', 'by form & all'],
      ['sensitive', 'true'],
    ])
    const { id, sensitive } = (await rest(nexus, '/api/v1/statuses', { token: bob.token, body: form })).data
    expect(sensitive).toBe(true)
    const deleted = await bob.client.v1.statuses.$select(id).remove()
    expect(deleted).toMatchObject({ id, text: 'by form & all' })
    expect((await ask(bob, 'GET', `/api/v1/statuses/${id}`)).status).toBe(404)
  })

  it.each([
    ['unlisted', { visibility: 'unlisted' }],
    ['direct', { visibility: 'direct' }],
    ['a member of every object', { visibility: 'constructor' }],
    ['a poll', { poll: { options: ['a', 'b'], expires_in: 300 } }],
    ['due later', { scheduled_at: '2030-01-01T00:00:00Z' }],
    ['too long', { status: 'x'.repeat(5001) }],
    ['in no language', { language: '??' }],
    ['empty', { status: '' }],
  ])('is refused with a sentence when it is %s', async (_, more) => {
    const { status, body } = await ask(bob, 'POST', '/api/v1/statuses', { status: 'words', ...more })
    expect([status, typeof body.error, body.code]).toEqual([422, 'string', 'BAD_USER_INPUT'])
    if ('status' in more) expect([body.field, body.error]).toEqual(['status', expect.stringMatching(/^status must/)])
  })
})

describe('a reply', () => {
  it('is a comment of the post, at its place in the thread, and found by its id', async () => {
    const post = await publish(bob, 'a question')
    const one = await publish(alice, 'an answer', { inReplyToId: post.id })
    const other = await publish(alice, 'another', { inReplyToId: post.id })
    const below = await publish(bob, 'thanks @alice', { inReplyToId: one.id })
    expect(below).toMatchObject({ inReplyToId: one.id, inReplyToAccountId: alice.id })
    expect(below.mentions).toMatchObject([{ id: alice.id, acct: 'alice' }])

    const context = await bob.client.v1.statuses.$select(post.id).context.fetch()
    expect(context.descendants.map(({ id }) => id)).toEqual([one.id, below.id, other.id])
    const deep = await bob.client.v1.statuses.$select(below.id).context.fetch()
    expect(deep.ancestors.map(({ id }) => id)).toEqual([post.id, one.id])
    const middle = await bob.client.v1.statuses.$select(one.id).context.fetch()
    expect([middle.ancestors, middle.descendants].map((list) => list.map(({ id }) => id))).toEqual([[post.id], [below.id]])
    expect(await bob.client.v1.statuses.$select(post.id).fetch()).toMatchObject({ repliesCount: 3 })

    expect(await alice.client.v1.statuses.$select(one.id).update({ status: 'a better answer' })).toMatchObject({ id: one.id })
    await alice.client.v1.statuses.$select(one.id).remove()
    expect((await bob.client.v1.statuses.$select(post.id).context.fetch()).descendants.map(({ id }) => id)).toEqual([other.id])
  })

  it.each([
    ['media', { media_ids: ['1'] }],
    ['a visibility of its own', { visibility: 'private' }],
    ['a warning of its own', { spoiler_text: 'careful' }],
    ['more than 2,000 characters', { status: 'x'.repeat(2001) }],
  ])('has no %s', async (_, more) => {
    const post = await publish(bob, 'a question')
    const { status, body } = await ask(alice, 'POST', '/api/v1/statuses', { status: 'words', in_reply_to_id: post.id, ...more })
    expect([status, typeof body.error]).toEqual([422, 'string'])
  })
})

describe('what one does with a status', () => {
  it('is told in its flags and counts, and undone again', async () => {
    const { id } = await publish(bob, 'good news')
    const status = alice.client.v1.statuses.$select(id)
    expect(await status.favourite()).toMatchObject({ favourited: true, favouritesCount: 1 })
    expect(await status.bookmark()).toMatchObject({ bookmarked: true })
    const share = await status.reblog()
    expect(share).toMatchObject({ account: { id: alice.id }, reblog: { id, reblogged: true, reblogsCount: 1 } })
    expect(share.id).not.toBe(id)
    expect(await alice.client.v1.statuses.$select(share.id).fetch()).toMatchObject({ id: share.id, reblog: { id } })

    expect((await status.favouritedBy.list()).map((account) => account.id)).toEqual([alice.id])
    expect((await status.rebloggedBy.list()).map((account) => account.id)).toEqual([alice.id])
    expect((await alice.client.v1.favourites.list()).map((each) => each.id)).toEqual([id])
    expect((await alice.client.v1.bookmarks.list()).map((each) => each.id)).toEqual([id])

    expect(await status.unreblog()).toMatchObject({ id, reblogged: false, reblogsCount: 0 })
    expect(await status.unfavourite()).toMatchObject({ favourited: false, favouritesCount: 0 })
    expect(await status.unbookmark()).toMatchObject({ bookmarked: false })
    expect((await ask(alice, 'GET', `/api/v1/statuses/${share.id}`)).status).toBe(404)
  })

  it('is for replies but liking refused, as sharing is what is for followers alone', async () => {
    await alice.client.v1.accounts.$select(bob.id).follow()
    const secret = await publish(bob, 'for followers', { visibility: 'private' })
    expect((await ask(alice, 'POST', `/api/v1/statuses/${secret.id}/reblog`)).status).toBe(403)
    const reply = await publish(alice, 'a reply', { inReplyToId: secret.id })
    expect(await bob.client.v1.statuses.$select(reply.id).favourite()).toMatchObject({ favourited: true, favouritesCount: 1 })
    expect((await bob.client.v1.statuses.$select(reply.id).favouritedBy.list()).map(({ id }) => id)).toEqual([bob.id])
    for (const verb of ['reblog', 'bookmark', 'pin', 'mute'])
      expect((await ask(alice, 'POST', `/api/v1/statuses/${reply.id}/${verb}`)).status).toBe(422)
    await alice.client.v1.accounts.$select(bob.id).unfollow()
  })

  it('pins one’s own posts to one’s profile', async () => {
    const { id } = await publish(bob, 'pinned')
    expect(await bob.client.v1.statuses.$select(id).pin()).toMatchObject({ pinned: true })
    expect((await alice.client.v1.accounts.$select(bob.id).statuses.list({ pinned: true })).map((each) => each.id)).toEqual([id])
    expect((await ask(alice, 'POST', `/api/v1/statuses/${id}/pin`)).status).toBe(403)
    expect(await bob.client.v1.statuses.$select(id).unpin()).toMatchObject({ pinned: false })
  })
})
