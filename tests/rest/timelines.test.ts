import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cast, follow, type Nexus, type Person, post, startNexus } from '../cast.ts'
import { rest } from './connect-app.ts'

let nexus: Nexus
let alice: Person
let bob: Person
let carol: Person
/** What stands in alice's home feed, newest first: posts, and shares by their own ids. */
const home: string[] = []

beforeAll(async () => {
  nexus = await startNexus()
  ;({ alice, bob, carol } = await cast(nexus, 'alice', 'bob', 'carol'))
  await follow(nexus, alice, bob)
  for (let n = 0; n < 9; n += 1) {
    home.unshift(await post(nexus, n % 4 === 3 ? alice : bob, `post ${n} #${n % 2 ? 'odd' : 'even'}`))
    await post(nexus, carol, `not followed ${n}`)
    if (n % 3 === 0) {
      const theirs = await post(nexus, carol, `shared ${n}`)
      const shared = await rest(nexus, `/api/v1/statuses/${theirs}/reblog`, { token: bob.token, method: 'POST' })
      home.unshift(shared.data.id)
    }
  }
  await nexus.settle()
})
afterAll(() => nexus?.close())

type Rel = 'next' | 'prev'
const linkOf = (headers: Headers, rel: Rel) => new RegExp(`<([^>]+)>; rel="${rel}"`).exec(headers.get('link') ?? '')?.[1]

/** Follows the links until there is none, or a page is empty. */
async function walk(path: string, rel: Rel, token: string | undefined): Promise<string[][]> {
  const pages: string[][] = []
  for (let next: string | undefined = path; next !== undefined; ) {
    const { status, data, headers } = await rest(nexus, next, { token })
    expect(status).toBe(200)
    if (data.length === 0 && linkOf(headers, rel) === undefined) break
    pages.push(data.map(({ id }: { id: string }) => id))
    const link = linkOf(headers, rel)
    next = link && new URL(link).pathname + new URL(link).search
    expect(pages.length).toBeLessThan(50)
  }
  return pages
}

const ids = async (path: string, token?: string) => (await rest(nexus, path, { token })).data.map(({ id }: { id: string }) => id)

describe('the home timeline', () => {
  it('is walked by Link downwards and upwards, without a gap and without a repeat', async () => {
    const down = await walk('/api/v1/timelines/home?limit=4', 'next', alice.token)
    expect(down.flat()).toEqual(home)
    expect(down.map(({ length }) => length)).toEqual([4, 4, 4])

    const up = await walk(`/api/v1/timelines/home?limit=4&min_id=${home.at(-1)}`, 'prev', alice.token)
    expect(up.toReversed().flat()).toEqual(home.slice(0, -1))
    expect(up[0]).toEqual(home.slice(-5, -1))
  })

  it('with since_id holds the newest of what is above, with min_id what is immediately above', async () => {
    expect(await ids(`/api/v1/timelines/home?limit=3&since_id=${home[5]}`, alice.token)).toEqual(home.slice(0, 3))
    expect(await ids(`/api/v1/timelines/home?since_id=${home[5]}`, alice.token)).toEqual(home.slice(0, 5))
    expect(await ids(`/api/v1/timelines/home?limit=3&min_id=${home[5]}`, alice.token)).toEqual(home.slice(2, 5))
    expect(await ids(`/api/v1/timelines/home?limit=3&min_id=${home[5]}&max_id=${home[3]}`, alice.token)).toEqual([home[4]])
    expect(await ids('/api/v1/timelines/home?min_id=0&limit=2', alice.token)).toEqual(home.slice(-2))
  })

  it('shows a share as a status of the sharer, with the post inside', async () => {
    const { data } = await rest(nexus, '/api/v1/timelines/home?limit=40', { token: alice.token })
    const shares = data.filter(({ reblog }: { reblog: object | null }) => reblog)
    expect(shares).toHaveLength(3)
    for (const share of shares)
      expect([share.account.username, share.reblog.account.username, share.id !== share.reblog.id]).toEqual(['bob', 'carol', true])
  })

  it('shows a new post at once to its author, and above what was known', async () => {
    const made = await post(nexus, alice, 'just now')
    expect(await ids(`/api/v1/timelines/home?min_id=${home[0]}`, alice.token)).toEqual([made])
    expect((await ids('/api/v1/timelines/home?limit=1', alice.token))[0]).toBe(made)
    await nexus.ask(`mutation { deletePost(id: ${made}) }`, alice.token)
  })

  it.each(['max_id=x', 'limit=x', 'min_id=-1'])('refuses %s with a sentence', async (query) => {
    const { status, data } = await rest(nexus, `/api/v1/timelines/home?${query}`, { token: alice.token })
    expect([status, typeof data.error, data.field]).toEqual([422, 'string', query.split('=')[0]])
  })
})

describe('the public and the tag timeline', () => {
  it('are walked both ways too, by anybody', async () => {
    for (const [path, count] of [
      ['/api/v1/timelines/public?limit=5', 21],
      ['/api/v1/timelines/tag/Even?limit=2', 5],
    ] as const) {
      const down = (await walk(path, 'next', undefined)).flat()
      expect(new Set(down).size).toBe(count)
      expect(down).toEqual(down.toSorted((one, other) => Number(other) - Number(one)))
      const up = await walk(`${path}&min_id=${down.at(-1)}`, 'prev', undefined)
      expect(up.toReversed().flat()).toEqual(down.slice(0, -1))
    }
  })

  it('hold nothing of other servers, and with media what has some', async () => {
    expect(await ids('/api/v1/timelines/public?remote=true')).toEqual([])
    const made = (await nexus.ask('mutation { createPost(content: "", mediaUrl: "https://x.test/y.png") { post { id } } }', carol.token))
      .createPost
    expect(await ids('/api/v1/timelines/public?only_media=1')).toEqual([made.post.id])
  })
})

it('lists of people are walked by Link as well', async () => {
  const names = await Promise.all(['dan', 'erin', 'frank'].map((name) => nexus.signUp(name)))
  for (const each of names) await follow(nexus, each, carol)
  const down = await walk(`/api/v1/accounts/${carol.id}/followers?limit=1`, 'next', undefined)
  expect(down).toEqual(names.toReversed().map(({ id }) => [String(id)]))
})
