import { createRestAPIClient } from 'masto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { connectApp, rest } from '../rest/connect-app.ts'

let nexus: Nexus
let people: Record<'alice' | 'bob' | 'carol', Person>
beforeAll(async () => {
  nexus = await startNexus()
  people = await cast(nexus, 'alice', 'bob', 'carol')
  await follow(nexus, people.alice, people.bob)
})
afterAll(() => nexus?.close())

describe('the same by REST', () => {
  it('is the same data: what one surface writes, the other shows at once', async () => {
    const { client } = await connectApp(nexus, 'alice')
    const byGraphql = await post(nexus, people.bob, 'written by #GraphQL')
    const byRest = await client.v1.statuses.create({ status: 'written by REST', spoilerText: 'careful', language: 'en' })
    await client.v1.statuses.$select(byGraphql).favourite()
    const answer = await client.v1.statuses.create({ status: 'an answer', inReplyToId: byGraphql })

    expect((await client.v1.timelines.home.list()).map(({ id }) => id)).toEqual([byRest.id, byGraphql])
    const { homeFeed } = await nexus.ask(
      '{ homeFeed { edges { node { id content contentWarning language likeCount viewerHasLiked comments { edges { node { id text } } } } } } }',
      people.alice.token,
    )
    expect(homeFeed.edges.map(({ node }: { node: object }) => node)).toEqual([
      { id: byRest.id, content: 'written by REST', contentWarning: 'careful', language: 'en', ...untouched() },
      {
        ...{ id: byGraphql, content: 'written by #GraphQL', contentWarning: null, language: null, likeCount: 1, viewerHasLiked: true },
        comments: { edges: [{ node: { id: answer.id, text: 'an answer' } }] },
      },
    ])
  })

  it('is the same ownership: a stranger changes nothing of bob’s', async () => {
    const theirs = await post(nexus, people.bob, 'of bob')
    const { client, token } = await connectApp(nexus, 'carol')
    await expect(client.v1.statuses.$select(theirs).update({ status: 'of carol' })).rejects.toThrow('Only the author')
    await expect(client.v1.statuses.$select(theirs).remove()).rejects.toThrow('Only the author')
    const secret = await post(nexus, people.bob, 'for followers', 'FOLLOWERS')
    expect((await rest(nexus, `/api/v1/statuses/${secret}`, { token })).status).toBe(404)
    expect((await rest(nexus, `/api/v1/statuses/${theirs}`, { token })).data.content).toBe('<p>of bob</p>')
  })

  it('goes the same way when something is blocked or deleted', async () => {
    const theirs = await post(nexus, people.bob, 'soon gone')
    const anonymous = createRestAPIClient({ url: nexus.url })
    expect((await anonymous.v1.statuses.$select(theirs).fetch()).id).toBe(theirs)
    await nexus.ask(`mutation { deletePost(id: ${theirs}) }`, people.bob.token)
    await expect(anonymous.v1.statuses.$select(theirs).fetch()).rejects.toThrow('no such post')
  })

  it('is described by an OpenAPI document that has every route', async () => {
    const { data } = await rest(nexus, '/api/openapi.json')
    expect(data.openapi).toMatch(/^3\.1\./)
    for (const path of ['statuses', 'statuses/{id}', 'statuses/{id}/context', 'timelines/home', 'accounts/{id}/follow'])
      expect(Object.keys(data.paths)).toContain(`/api/v1/${path}`)
  })
})

function untouched() {
  return { likeCount: 0, viewerHasLiked: false, comments: { edges: [] } }
}
