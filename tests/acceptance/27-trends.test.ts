import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { statementChannel } from '../../src/platform/database/connection.ts'
import { cast, follow, type Nexus, type Person, post, promote, startNexus } from '../cast.ts'
import { block, comment, deletePost, like, mute, refusedFor, share, unlike, unmute } from './verbs.ts'

let nexus: Nexus
let alice: Person, bob: Person, carol: Person, dan: Person, erin: Person, frank: Person

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol, dan, erin, frank } = await cast(nexus, 'alice', 'bob', 'carol', 'dan', 'erin', 'frank'))
  await nexus.sql(`update users set created_at = now() - interval '30 days'`)
})
afterAll(() => nexus.close())
beforeEach(async () => {
  await nexus.sql('delete from posts')
})

type Window = 'HOUR' | 'DAY' | 'WEEK'

/** What trends, computed anew. */
async function trendingPosts(viewer?: Person, window: Window = 'DAY', first = 20): Promise<string[]> {
  await nexus.app.rankings.posts.forget()
  return shownPosts(viewer, window, first)
}

/** What trends, by the ranking that is kept. */
async function shownPosts(viewer?: Person, window: Window = 'DAY', first = 20): Promise<string[]> {
  const query = 'query ($window: TrendWindow, $first: Int) { trendingPosts(window: $window, first: $first) { content } }'
  const data = await nexus.ask(query, viewer?.token, { window, first })
  return data.trendingPosts.map(({ content }: { content: string }) => content)
}

async function trendingTags(viewer?: Person, window: Window = 'DAY'): Promise<string[]> {
  await nexus.app.rankings.tags.forget()
  return shownTags(viewer, window)
}

async function shownTags(viewer?: Person, window: Window = 'DAY'): Promise<string[]> {
  const data = await nexus.ask('query ($window: TrendWindow) { trendingTags(window: $window) { tag postCount } }', viewer?.token, {
    window,
  })
  return data.trendingTags.map(({ tag, postCount }: { tag: string; postCount: number }) => `${tag} ${postCount}`)
}

/** A post that is so old. */
async function oldPost(author: Person, content: string, age: string): Promise<string> {
  const [row] = await nexus.sql<{ id: number }>(
    `insert into posts (id, author_id, content) values ((new_ids(1, array[now() - $3::interval]))[1], $1, $2) returning id`,
    [author.id, content, age],
  )
  return String(row!.id)
}

async function likeAt(person: Person, postId: string, age: string): Promise<void> {
  await nexus.sql('insert into likes (user_id, post_id, created_at) values ($1, $2, now() - $3::interval)', [person.id, postId, age])
}

describe('the posts that trend', () => {
  it('are those on which the most people act: more people before fewer, and nobody by themself before two', async () => {
    const [quiet, two, three] = [await post(nexus, alice, 'nobody'), await post(nexus, alice, 'two'), await post(nexus, alice, 'three')]
    const one = await post(nexus, alice, 'one, in every way')
    await like(nexus, alice, quiet)
    await share(nexus, alice, quiet)
    for (const person of [bob, carol, dan]) await like(nexus, person, three)
    for (const person of [bob, carol]) await like(nexus, person, two)
    await like(nexus, erin, one)
    await share(nexus, erin, one)
    for (let n = 0; n < 10; n += 1) await comment(nexus, erin, one, `again ${n}`)
    expect(await trendingPosts()).toEqual(['three', 'two', 'one, in every way'])
    expect(await trendingPosts(undefined, 'DAY', 2)).toEqual(['three', 'two'])
  })

  it('lose by time: what is a window old is out, and the newer like weighs more', async () => {
    const old = await oldPost(alice, 'an old post, liked now', '90 days')
    await like(nexus, bob, old)
    const faded = await oldPost(alice, 'liked by two long ago', '20 hours')
    for (const person of [bob, carol]) await likeAt(person, faded, '19 hours')
    const over = await oldPost(alice, 'over', '30 hours')
    for (const person of [bob, carol, dan, erin]) await likeAt(person, over, '25 hours')
    expect(await trendingPosts()).toEqual(['an old post, liked now', 'liked by two long ago'])
    expect(await trendingPosts(undefined, 'HOUR')).toEqual(['an old post, liked now'])
    expect(await trendingPosts(undefined, 'WEEK')).toEqual(['over', 'liked by two long ago', 'an old post, liked now'])
  })

  it('are not lifted by the storm of one who likes everything, nor by accounts of today', async () => {
    const [worth, stormed, young] = [
      await post(nexus, alice, 'worth it'),
      await post(nexus, alice, 'stormed'),
      await post(nexus, alice, 'young'),
    ]
    await nexus.sql(
      `with added as (insert into posts (author_id, content) select $1, 'filler ' || i from generate_series(1, 90) i returning id)
       insert into likes (user_id, post_id) select $2, id from added`,
      [dan.id, erin.id],
    )
    await nexus.sql(`insert into users (username, email) select 'young_' || i, 'young' || i || '@mail.test' from generate_series(1, 3) i`)
    await nexus.sql(`insert into likes (user_id, post_id) select id, $1 from users where username like 'young_%'`, [young])
    await like(nexus, erin, stormed)
    await like(nexus, bob, worth)
    // Three accounts of today weigh 3/4, the one who liked 91 posts weighs 30/91.
    expect((await trendingPosts()).slice(0, 3)).toEqual(['worth it', 'young', 'stormed'])
    await nexus.sql(`delete from users where username like 'young_%'`)
  })

  it('are only what everybody may see, without what is by, or done by, the suspended', async () => {
    const gone = ['hidden', 'for followers', 'deleted', 'of the suspended', 'liked by the suspended']
    const posts = Object.fromEntries(
      await Promise.all(
        gone.map(async (name) => [
          name,
          await post(nexus, name === 'of the suspended' ? frank : alice, name, name === 'for followers' ? 'FOLLOWERS' : 'PUBLIC'),
        ]),
      ),
    )
    const stays = await post(nexus, alice, 'stays')
    await follow(nexus, bob, alice)
    for (const id of [stays, posts.hidden, posts['for followers'], posts.deleted, posts['of the suspended']]) await like(nexus, bob, id)
    await like(nexus, frank, posts['liked by the suspended'])
    await nexus.sql('update posts set hidden_at = now() where id = $1', [posts.hidden])
    await nexus.sql('update users set suspended_at = now() where id = $1', [frank.id])
    await deletePost(nexus, alice, posts.deleted)
    for (const viewer of [undefined, alice, bob]) expect(await trendingPosts(viewer)).toEqual(['stays'])
    await nexus.sql('update users set suspended_at = null where id = $1', [frank.id])
  })

  it('are without what was deleted or hidden, or is of whom the viewer muted or who is blocked, in the next read of the same ranking', async () => {
    const ids = await Promise.all([alice, bob, carol, dan].map((author) => post(nexus, author, `by ${author.username}`)))
    for (const id of ids) for (const person of [erin, frank]) await like(nexus, person, id)
    const ranked = await trendingPosts()
    expect(ranked).toHaveLength(4)
    const without = (...names: string[]) => ranked.filter((content) => !names.includes(content.slice(3)))
    await mute(nexus, alice, bob)
    await block(nexus, carol, alice)
    expect(await shownPosts(alice)).toEqual(without('bob', 'carol'))
    expect(await shownPosts(carol)).toEqual(without('alice'))
    await deletePost(nexus, dan, ids[3]!)
    expect(await shownPosts(erin)).toEqual(without('dan'))
    await nexus.sql('update posts set hidden_at = now() where id = $1', [ids[0]])
    expect(await shownPosts(alice)).toEqual(without('bob', 'carol', 'dan', 'alice'))
    await nexus.sql('update users set suspended_at = now() where id = $1', [carol.id])
    expect(await shownPosts()).toEqual(without('alice', 'carol', 'dan'))
    await nexus.sql('update users set suspended_at = null')
    await nexus.sql('delete from blocks')
    await unmute(nexus, alice, bob)
  })

  it('come with what a post has, at a full page even where the viewer does not see the first of them', async () => {
    await nexus.sql(
      `insert into posts (author_id, content) select case when i <= 30 then $1::int else $2 end, 'post ' || i from generate_series(1, 40) i`,
      [bob.id, carol.id],
    )
    await nexus.sql(
      'insert into likes (user_id, post_id) select u.id, p.id from posts p join users u on u.id = any($1) where u.id = $2 or p.author_id = $3',
      [[dan.id, erin.id], dan.id, bob.id],
    )
    await mute(nexus, alice, bob)
    await nexus.app.rankings.posts.forget()
    const query = '{ trendingPosts(first: 8) { author { username } likeCount viewerHasLiked } }'
    const shown = (await nexus.ask(query, alice.token)).trendingPosts
    expect(shown).toEqual(Array(8).fill({ author: { username: 'carol' }, likeCount: 1, viewerHasLiked: false }))
    expect((await nexus.ask(query, dan.token)).trendingPosts).toEqual(
      Array(8).fill({ author: { username: 'bob' }, likeCount: 2, viewerHasLiked: true }),
    )
    await unmute(nexus, alice, bob)
    for (const bad of ['trendingPosts(first: 0) { id }', 'trendingPosts(first: 101) { id }', 'trendingTags(first: 101) { tag }'])
      expect(await refusedFor(nexus, `{ ${bad} }`)).toBe('BAD_USER_INPUT first')
  })
})

describe('the formula', () => {
  const SECONDS = { HOUR: 3600, DAY: 86_400, WEEK: 604_800 }
  const BUDGETS = { HOUR: 10, DAY: 30, WEEK: 100 }

  /** A world of chance, in which all that the formula knows of happens. */
  async function makeWorld(): Promise<void> {
    await nexus.sql(
      `insert into users (username, email, created_at, suspended_at)
       select 'crowd_' || i, 'crowd' || i || '@mail.test', now() - case when i % 5 = 0 then interval '2 hours' else interval '9 days' end,
         case when i % 13 = 0 then now() end from generate_series(1, 40) i`,
    )
    await nexus.sql(
      `insert into posts (id, author_id, content, visibility)
       select id, (select min(id) from users where username like 'crowd_%') + (n * 7) % 40, 'world ' || n, case when n % 11 = 0 then 'FOLLOWERS' else 'PUBLIC' end::visibility
       from unnest(new_ids(1, (select array_agg(now() - make_interval(hours => 150 - i) order by i) from generate_series(1, 60) i))) with ordinality as made (id, n)`,
    )
    // Who does what to which post, by their numbers; most of it of late.
    const drawn = (u: number, p: number, of: number) => `
      (select u.id as user_id, p.id as post_id, now() - make_interval(secs => 600000 * power((u.n * ${u} + p.n * ${p}) % 1000 / 1000.0, 4)) as at
       from (select id, split_part(username, '_', 2)::int as n from users where username like 'crowd_%') u,
         (select id, split_part(content, ' ', 2)::int as n from posts) p
       where (u.n * ${p} + p.n * ${u}) % ${of} = 0 or (${of} = 3 and u.n = 7)) drawn`
    const inOrder = (kind: number) =>
      `unnest(new_ids(${kind}, array_agg(at order by at))), unnest(array_agg(user_id order by at)), unnest(array_agg(post_id order by at))`
    await nexus.sql(`insert into likes (user_id, post_id, created_at) select user_id, post_id, at from ${drawn(131, 177, 3)}`)
    await nexus.sql(`insert into shares (id, user_id, post_id) select ${inOrder(2)} from ${drawn(271, 91, 17)}`)
    for (const [u, p] of [
      [331, 57],
      [433, 37],
    ] as const)
      await nexus.sql(`insert into comments (id, author_id, post_id, text) select ${inOrder(3)}, 'words' from ${drawn(u, p, 19)}`)
    await nexus.sql('update comments set hidden_at = now() where id % 7 = 0')
  }

  /** The formula of docs/trends.md, in plain steps over all that there is. */
  async function computePlainly(window: Window): Promise<string[]> {
    const posts = await nexus.sql<{ id: number; author_id: number; content: string; visibility: string; hidden_at: Date | null }>(
      'select * from posts',
    )
    const users = new Map(
      (
        await nexus.sql<{ id: number; young: boolean; out: boolean }>(
          `select id, created_at > now() - interval '1 day' as young, suspended_at is not null as out from users`,
        )
      ).map((user) => [user.id, user]),
    )
    const acts = await nexus.sql<{ user_id: number; post_id: number; age: number; weight: number }>(
      `select user_id, post_id, extract(epoch from now() - created_at)::float8 as age, 1::float8 as weight from likes
       union all select author_id, post_id, extract(epoch from now() - created_at)::float8, 1.25 from comments where hidden_at is null
       union all select user_id, post_id, extract(epoch from now() - created_at)::float8, 1.5 from shares`,
    )
    const weights = new Map<number, Map<number, number>>()
    for (const { user_id, post_id, age, weight } of acts) {
      const liked = posts.find(({ id }) => id === post_id)!
      const counts =
        liked.visibility === 'PUBLIC' &&
        !liked.hidden_at &&
        liked.author_id !== user_id &&
        !users.get(liked.author_id)!.out &&
        !users.get(user_id)!.out
      if (!counts || age >= SECONDS[window]) continue
      const ofPerson = weights.get(user_id) ?? new Map<number, number>()
      weights.set(user_id, ofPerson.set(post_id, Math.max(ofPerson.get(post_id) ?? 0, weight * 0.5 ** ((4 * age) / SECONDS[window]))))
    }
    const scores = new Map<number, number>()
    for (const [person, ofPerson] of weights)
      for (const [id, weight] of ofPerson)
        scores.set(
          id,
          (scores.get(id) ?? 0) + weight * Math.min(1, BUDGETS[window] / ofPerson.size) * (users.get(person)!.young ? 0.25 : 1),
        )
    const ranked = [...scores].sort(([one, a], [other, b]) => b - a || other - one)
    return ranked.slice(0, 30).map(([id]) => posts.find((each) => each.id === id)!.content)
  }

  it('is the documented one, for each window', async () => {
    await makeWorld()
    for (const window of ['HOUR', 'DAY', 'WEEK'] as const) {
      const plain = await computePlainly(window)
      expect(plain.length).toBeGreaterThan(5)
      expect([window, await trendingPosts(undefined, window, 30)]).toEqual([window, plain])
    }
    await nexus.sql(`delete from users where username like 'crowd_%'`)
  })
})

describe('the tags that trend', () => {
  it("are those that the most people write, not those of one with many posts; each counted with everyone's posts", async () => {
    for (let n = 0; n < 5; n += 1) await post(nexus, alice, `#mine ${n}`)
    await post(nexus, bob, '#Ours and #ours')
    await post(nexus, carol, '#ours')
    await post(nexus, dan, '#ours')
    await post(nexus, dan, '#hidden_from_most', 'FOLLOWERS')
    expect(await trendingTags()).toEqual(['ours 3', 'mine 5'])
    await oldPost(bob, 'x', '2 hours')
    expect(await trendingTags(undefined, 'HOUR')).toEqual(['ours 3', 'mine 5'])
  })

  it('are without those of which nothing stands, or whose posts the viewer does not see, in the next read of the same ranking', async () => {
    const edited = await post(nexus, carol, '#edited')
    const deleted = await post(nexus, carol, '#deleted')
    const [first] = [await post(nexus, carol, '#stays #by_carol'), await post(nexus, dan, '#stays')]
    expect((await trendingTags()).sort()).toEqual(['by_carol 1', 'deleted 1', 'edited 1', 'stays 2'])
    await deletePost(nexus, carol, deleted)
    await nexus.ask('mutation ($id: ID!) { updatePost(id: $id, content: "nothing") { post { id } } }', carol.token, { id: edited })
    expect((await shownTags()).sort()).toEqual(['by_carol 1', 'stays 2'])
    await mute(nexus, alice, carol)
    expect(await shownTags(alice)).toEqual(['stays 2'])
    await nexus.sql('update posts set hidden_at = now() where id = $1', [first])
    expect(await shownTags()).toEqual(['stays 1'])
    await nexus.sql('update users set suspended_at = now() where id = $1', [dan.id])
    expect(await shownTags()).toEqual([])
    await nexus.sql('update users set suspended_at = null')
    await unmute(nexus, alice, carol)
  })
})

describe('a ranking', () => {
  async function statementsWhile(run: () => Promise<unknown>): Promise<string[]> {
    const names: string[] = []
    const note = (message: unknown) => names.push((message as { name: string }).name)
    statementChannel.subscribe(note)
    await run()
    statementChannel.unsubscribe(note)
    return names
  }

  it('is computed once for all who ask at once, by whatever process, and kept', async () => {
    const id = await post(nexus, alice, 'once')
    await like(nexus, bob, id)
    const another = await startNexus({ roles: ['api'], databaseUrl: nexus.databaseUrl })
    await nexus.app.rankings.posts.forget()
    await another.app.rankings.posts.forget()
    const ask = (process: Nexus) => process.ask('{ trendingPosts { content author { username } likeCount } }')
    const names = await statementsWhile(() => Promise.all(Array.from({ length: 50 }, (_, n) => ask(n % 2 ? nexus : another))))
    const processes = process.env.REDIS_URL ? 1 : 2 // without Redis each computes for itself
    expect(names.filter((name) => name === 'trends.rank-posts')).toHaveLength(processes)
    await unlike(nexus, bob, id)
    const later = await statementsWhile(async () => expect((await ask(nexus)).trendingPosts).toMatchObject([{ content: 'once' }]))
    expect(later.filter((name) => name.startsWith('trends.'))).toEqual(['trends.posts-as-seen'])
    expect(later.filter((name) => /^(accounts.users|interactions.counts)/.test(name))).toEqual([])
    await another.close()
  })

  it('is for everybody: an admin sees no more of it', async () => {
    const id = await post(nexus, alice, 'hidden')
    await like(nexus, bob, id)
    expect(await trendingPosts()).toEqual(['hidden'])
    await nexus.sql('update posts set hidden_at = now() where id = $1', [id])
    await promote(nexus, erin)
    for (const viewer of [erin, alice]) expect(await shownPosts(viewer)).toEqual([])
  })
})
