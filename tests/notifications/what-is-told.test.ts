import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  block,
  comment,
  deletePost,
  like,
  mute,
  quote,
  refusedFor,
  share,
  unblock,
  unfollow,
  unlike,
  unmute,
  unshare,
} from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, PASSWORD, type Person, post, startNexus } from '../cast.ts'
import { markRead, readNotifications, told } from './read.ts'

let nexus: Nexus
beforeAll(async () => {
  nexus = await startNexus({ environment: { RATE_LIMIT_WRITES: '100000', RATE_LIMIT_SIGN_UPS: '100000' } })
})
afterAll(() => nexus.close())

let stage = 0
let alice: Person, bob: Person, carol: Person, dan: Person
/** New people for each of the stories, so that none sees another's. */
async function newPeople(): Promise<void> {
  stage += 1
  const names = [`alice${stage}`, `bob${stage}`, `carol${stage}`, `dan${stage}`] as const
  ;[alice, bob, carol, dan] = Object.values(await cast(nexus, ...names)) as [Person, Person, Person, Person]
}

/** What a person is told when all is worked off, without the numbers of the names. */
async function hears(person: Person): Promise<string[]> {
  await nexus.settle()
  return (await told(nexus, person)).map((line) => line.replaceAll(/\d+/g, ''))
}

const likeComment = (person: Person, id: string) =>
  nexus.ask('mutation ($id: ID!) { likeComment(commentId: $id) { comment { id } } }', person.token, { id })

describe('what somebody does', () => {
  beforeAll(newPeople)

  it('is gathered by kind and thing, and taken back when it is undone', async () => {
    const first = await post(nexus, alice, 'words')
    const second = await post(nexus, alice, 'words')
    for (const person of [bob, carol, dan]) await like(nexus, person, first)
    await like(nexus, bob, second)
    expect(await hears(alice)).toEqual(['LIKE by bob', 'LIKE by dan, carol, bob'])
    await unlike(nexus, dan, first)
    await unlike(nexus, bob, second)
    expect(await hears(alice)).toEqual(['LIKE by carol, bob'])
    await unlike(nexus, carol, first)
    await unlike(nexus, bob, first)
    expect(await hears(alice)).toEqual([])
  })

  it('names the newest three and counts all', async () => {
    const id = await post(nexus, alice, 'words')
    const crowd = await Promise.all(['e', 'f', 'g', 'h', 'i'].map((letter) => nexus.signUp(`${letter}${letter}${letter}`)))
    for (const person of crowd) await like(nexus, person, id)
    await nexus.settle()
    const [seen] = await readNotifications(nexus, alice)
    expect(seen).toMatchObject({ kind: 'LIKE', actors: ['iii', 'hhh', 'ggg'], actorCount: 5, post: id, comment: null, isRead: false })
    await deletePost(nexus, alice, id)
    expect(await hears(alice)).toEqual([])
  })

  it('is told of follows, shares, comments and likes of comments, and each can be undone and done again', async () => {
    const id = await post(nexus, alice, 'words')
    const own = await comment(nexus, alice, id, 'my own')
    const all = async () => {
      await follow(nexus, bob, alice)
      await share(nexus, bob, id)
      await likeComment(bob, own)
    }
    const expected = ['LIKE by bob', 'SHARE by bob', 'FOLLOW by bob']
    await all()
    expect(await hears(alice)).toEqual(expected)
    expect((await readNotifications(nexus, alice))[0]).toMatchObject({ post: id, comment: own })
    await markRead(nexus, alice)
    await all() // which changes nothing
    expect(await hears(alice)).toEqual(expected.map((line) => `${line} (read)`))
    await unfollow(nexus, bob, alice)
    await unshare(nexus, bob, id)
    await nexus.ask('mutation ($id: ID!) { unlikeComment(commentId: $id) { comment { id } } }', bob.token, { id: own })
    expect(await hears(alice)).toEqual([])
    await all()
    expect(await hears(alice)).toEqual(expected)
    await deletePost(nexus, alice, id)
    await unfollow(nexus, bob, alice)
  })

  it('comes back by itself when it is undone and done again before anybody heard of it', async () => {
    const id = await post(nexus, alice, 'words')
    await Promise.all([like(nexus, bob, id), unlike(nexus, bob, id), like(nexus, bob, id), unlike(nexus, bob, id)])
    await like(nexus, bob, id)
    expect(await hears(alice)).toEqual(['LIKE by bob'])
    await deletePost(nexus, alice, id)
  })
})

describe('a thread', () => {
  beforeAll(newPeople)

  it('tells whom is replied to, who is named and whose post it is, each by one of these', async () => {
    const id = await post(nexus, alice, 'words')
    const bobs = await comment(nexus, bob, id, `@Alice${stage} and @CAROL${stage}, @nobody${stage}`)
    expect(await hears(alice)).toEqual(['MENTION by bob'])
    expect(await hears(carol)).toEqual(['MENTION by bob'])
    const carols = await comment(nexus, carol, id, `@bob${stage} so it is`, bobs)
    expect(await hears(bob)).toEqual(['REPLY by carol'])
    expect(await hears(alice)).toEqual(['COMMENT by carol', 'MENTION by bob'])
    expect(await readNotifications(nexus, bob)).toMatchObject([{ post: id, comment: carols }])
    await nexus.ask('mutation ($id: ID!) { deleteComment(id: $id) }', bob.token, { id: bobs }) // with carol's reply
    for (const person of [alice, bob, carol]) expect(await hears(person)).toEqual([])
  })

  it('counts who comments twice once, and shows the newest comment that is left', async () => {
    const id = await post(nexus, alice, 'words')
    const [first, second] = [await comment(nexus, bob, id, 'one'), await comment(nexus, bob, id, 'two')]
    await nexus.settle()
    expect(await readNotifications(nexus, alice)).toMatchObject([{ kind: 'COMMENT', actorCount: 1, comment: second }])
    await nexus.ask('mutation ($id: ID!) { deleteComment(id: $id) }', bob.token, { id: second })
    await nexus.settle()
    expect(await readNotifications(nexus, alice)).toMatchObject([{ kind: 'COMMENT', actorCount: 1, comment: first }])
    await nexus.sql('update comments set hidden_at = now() where id = $1', [first])
    expect(await hears(alice)).toEqual([])
  })
})

describe('a mention', () => {
  beforeAll(newPeople)
  const edit = (person: Person, id: string, content: string) =>
    nexus.ask('mutation ($id: ID!, $content: String) { updatePost(id: $id, content: $content) { post { id } } }', person.token, {
      id,
      content,
    })

  it('tells those who are named, by an edit too, and takes it back from who is named no longer', async () => {
    const id = await post(nexus, bob, `@alice${stage} look`)
    expect(await hears(alice)).toEqual(['MENTION by bob'])
    await markRead(nexus, alice)
    await edit(bob, id, `@alice${stage} and @carol${stage} look`)
    expect(await hears(alice), 'once').toEqual(['MENTION by bob (read)'])
    expect(await hears(carol)).toEqual(['MENTION by bob'])
    await edit(bob, id, 'nobody')
    expect([await hears(alice), await hears(carol)]).toEqual([[], []])
  })

  it('of a post for followers is told to followers alone', async () => {
    await follow(nexus, carol, bob)
    await post(nexus, bob, `@alice${stage} @carol${stage}`, 'FOLLOWERS')
    expect(await hears(alice)).toEqual([])
    expect(await hears(carol)).toEqual(['MENTION by bob'])
    await unfollow(nexus, carol, bob)
    expect(await hears(carol)).toEqual([])
  })

  it('is a quote, as long as what it quotes is there', async () => {
    const alices = await post(nexus, alice, 'words')
    const quoting = await quote(nexus, dan, alices, 'as she says')
    await nexus.settle()
    expect(await readNotifications(nexus, alice)).toMatchObject([{ kind: 'MENTION', post: quoting, actorCount: 1 }])
    await deletePost(nexus, alice, alices)
    expect(await hears(alice)).toEqual([])
  })
})

describe('who is not heard', () => {
  beforeAll(newPeople)

  it('is told of no more by a mute, a block or a suspension, and again when it ends, without a job', async () => {
    const id = await post(nexus, alice, 'words')
    await like(nexus, bob, id)
    await like(nexus, carol, id)
    await comment(nexus, bob, id, 'words')
    const both = ['COMMENT by bob', 'LIKE by carol, bob']
    expect(await hears(alice)).toEqual(both)
    const shown = () => told(nexus, alice).then((lines) => lines.map((line) => line.replaceAll(/\d+/g, '')))
    await mute(nexus, alice, bob)
    expect(await shown()).toEqual(['LIKE by carol'])
    await unmute(nexus, alice, bob)
    expect(await shown()).toEqual(both)
    for (const [one, other] of [[alice, bob] as const, [bob, alice] as const]) {
      await block(nexus, one, other)
      expect(await shown()).toEqual(['LIKE by carol'])
      await unblock(nexus, one, other)
      expect(await shown()).toEqual(both)
    }
    await nexus.sql('update users set suspended_at = now() where id = $1', [bob.id])
    expect(await shown()).toEqual(['LIKE by carol'])
    await nexus.sql('update users set suspended_at = null where id = $1', [bob.id])
    expect(await shown()).toEqual(both)
  })

  it('is told of nowhere, and told nothing, after they closed their account', async () => {
    const [carols, dans] = [await post(nexus, carol, 'words'), await post(nexus, dan, 'words')]
    await like(nexus, dan, carols)
    await like(nexus, carol, dans)
    expect(await hears(carol)).toEqual(['LIKE by dan'])
    await nexus.ask('mutation ($password: String!) { deleteUser(password: $password) }', dan.token, { password: PASSWORD })
    expect(await told(nexus, carol), 'at once').toEqual([])
    await nexus.settle()
    expect(await nexus.sql('select from notifications where recipient_id = $1', [dan.id])).toEqual([])
    expect(await nexus.sql('select from notification_causes where actor_id = $1', [dan.id])).toEqual([])
  })
})

describe('reading', () => {
  beforeAll(newPeople)

  it('marks some or all; what was read stays so, and what comes after it is unread', async () => {
    const [one, two] = [await post(nexus, alice, 'one'), await post(nexus, alice, 'two')]
    await like(nexus, bob, one)
    await like(nexus, bob, two)
    await nexus.settle()
    const [newer, older] = await readNotifications(nexus, alice)
    expect(await markRead(nexus, alice, [newer!.id])).toBe(1)
    expect(await hears(alice)).toEqual(['LIKE by bob (read)', 'LIKE by bob'])
    expect(await markRead(nexus, alice, [])).toBe(1)
    expect(await markRead(nexus, alice, [newer!.id, older!.id, newer!.id])).toBe(0)
    await like(nexus, carol, one)
    expect(await hears(alice)).toEqual(['LIKE by carol, bob', 'LIKE by bob (read)'])
    await unlike(nexus, carol, one)
    expect(await hears(alice), 'the reading of before stands').toEqual(['LIKE by bob (read)', 'LIKE by bob (read)'])
    await like(nexus, carol, two)
    await nexus.settle()
    expect(await markRead(nexus, alice)).toBe(0)
  })

  it("marks nobody else's, and nothing at all when one of them is not the viewer's", async () => {
    const bobs = await post(nexus, bob, 'words')
    await like(nexus, alice, bobs)
    await nexus.settle()
    const [own] = await readNotifications(nexus, bob)
    const mark = 'mutation ($ids: [ID!]) { markNotificationsRead(ids: $ids) }'
    const [alices] = await readNotifications(nexus, alice)
    for (const ids of [[alices!.id], [own!.id, alices!.id], [own!.id, '1000000'], ['x'], ['-1']])
      expect(await refusedFor(nexus, mark, bob.token, { ids })).toBe('NOT_FOUND')
    expect(await refusedFor(nexus, mark, bob.token, { ids: Array(101).fill(own!.id) })).toBe('BAD_USER_INPUT ids')
    expect(await readNotifications(nexus, bob)).toMatchObject([{ isRead: false }])
  })

  it('pages through what did not move once and in order, while something moves', async () => {
    const posts: string[] = []
    for (let count = 0; count < 5; count += 1) posts.push(await post(nexus, carol, 'words'))
    for (const id of posts) await like(nexus, bob, id)
    await nexus.settle()
    const list =
      'query ($after: String) { notifications(first: 2, after: $after) { edges { node { post { id } } } pageInfo { endCursor hasNextPage } } }'
    const first = (await nexus.ask(list, carol.token)).notifications
    await like(nexus, dan, posts[3]!) // the last one shown goes up
    await nexus.settle()
    const second = (await nexus.ask(list, carol.token, { after: first.pageInfo.endCursor })).notifications
    const third = (await nexus.ask(list, carol.token, { after: second.pageInfo.endCursor })).notifications
    const ids = [first, second, third].flatMap(({ edges }) => edges.map(({ node }: { node: { post: { id: string } } }) => node.post.id))
    expect(ids).toEqual([...posts].reverse())
    expect(third.pageInfo.hasNextPage).toBe(false)
    expect(await refusedFor(nexus, '{ notifications(after: "x") { pageInfo { hasNextPage } } }', carol.token)).toBe('BAD_USER_INPUT after')
    expect(await refusedFor(nexus, '{ notifications(first: 101) { pageInfo { hasNextPage } } }', carol.token)).toBe('BAD_USER_INPUT first')
  })
})

describe('preferences', () => {
  beforeAll(newPeople)

  it('switch a kind off, and on again with what came meanwhile', async () => {
    const set = (enabled: boolean) =>
      nexus.ask(
        `mutation ($enabled: Boolean!) { updateNotificationPreferences(preferences: [{ kind: LIKE, channel: IN_APP, enabled: $enabled }]) { kind enabled } }`,
        alice.token,
        { enabled },
      )
    const id = await post(nexus, alice, 'words')
    await follow(nexus, bob, alice)
    expect((await set(false)).updateNotificationPreferences).toContainEqual({ kind: 'LIKE', enabled: false })
    await like(nexus, bob, id)
    expect(await hears(alice)).toEqual(['FOLLOW by bob'])
    const { notificationPreferences } = await nexus.ask('{ notificationPreferences { kind channel enabled } }', alice.token)
    const isAsItWas = ({ channel, enabled }: { channel: string; enabled: boolean }) => enabled === (channel === 'IN_APP')
    expect(notificationPreferences.filter((each: { channel: string; enabled: boolean }) => !isAsItWas(each))).toEqual([
      { kind: 'LIKE', channel: 'IN_APP', enabled: false },
    ])
    await set(true)
    expect(await hears(alice)).toEqual(['LIKE by bob', 'FOLLOW by bob'])
  })
})
