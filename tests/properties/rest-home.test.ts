import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cast, type Nexus, type Person, startNexus } from '../cast.ts'
import { rest } from '../rest/connect-app.ts'
import { checkProperty } from './check-property.ts'
import { newWorld } from './model.ts'
import { historyOf, take } from './steps.ts'

const RUNS = 5
const STEPS = 60
/** What stands in feeds, and what takes it out of them. */
const WEIGHTS = { follow: 14, post: 10, share: 12, comment: 1, reply: 1, likeComment: 0, unlikeComment: 0, editNothing: 0 }
const TIMEOUT_MS = 3_600_000
const PAGES_MAX = 100

let nexus: Nexus
let people: Person[]
beforeAll(async () => {
  nexus = await startNexus({ roles: ['api'], environment: { RATE_LIMIT_WRITES: '1000000' } })
  people = Object.values(await cast(nexus, 'alice', 'bob', 'carol', 'dan'))
})
afterAll(() => nexus.close())

interface Shown {
  post: string
  sharedBy: string | null
  content: string
}

it('shows the same home by REST, by Link downwards, as by homeFeed of GraphQL, and all of it upwards again', {
  timeout: TIMEOUT_MS,
}, async () => {
  await checkProperty(
    fc.tuple(historyOf(4, STEPS, WEIGHTS), fc.integer({ min: 1, max: 6 })),
    async ([history, limit]) => {
      for (const table of ['posts', 'follows', 'blocks', 'mutes', 'facts']) await nexus.sql(`delete from ${table}`)
      const stage = { nexus, people, world: newWorld() }
      for (const step of history) await take(stage, step)
      for (const person of people) {
        const pages = await byGraphql(person, limit)
        const down = await byRest(person, `?limit=${limit}`, 'next')
        expect(down.map((page) => page.shown)).toEqual(pages)
        const entries = down.flatMap(({ ids }) => ids)
        const up = (await byRest(person, `?limit=${limit}&min_id=0`, 'prev')).flatMap(({ ids }) => ids.toReversed())
        // A post that stands twice in a page stands there by its newest entry alone, and pages end elsewhere from below.
        expect(new Set(await postsOf(up, person))).toEqual(new Set(await postsOf(entries, person)))
        expect(up).toEqual(up.toSorted((one, other) => Number(one) - Number(other)))
        expect(new Set(up).size).toBe(up.length)
      }
    },
    RUNS,
  )
})

async function byGraphql({ token }: Person, first: number): Promise<Shown[][]> {
  const query = `query ($first: Int, $after: String) { homeFeed(first: $first, after: $after) {
    edges { node { id content } sharedBy { id } } pageInfo { hasNextPage endCursor } } }`
  const pages: Shown[][] = []
  for (let after: string | null = null; pages.length < PAGES_MAX; ) {
    // biome-ignore lint/suspicious/noExplicitAny: answers have every shape
    const answer: any = await nexus.ask(query, token, { first, after })
    const { edges, pageInfo } = answer.homeFeed
    // biome-ignore lint/suspicious/noExplicitAny: as the answer has it
    pages.push(edges.map(({ node, sharedBy }: any) => ({ post: node.id, sharedBy: sharedBy?.id ?? null, content: node.content })))
    if (!pageInfo.hasNextPage) return pages
    after = pageInfo.endCursor
  }
  throw new Error('paging does not end')
}

interface RestPage {
  ids: string[]
  shown: Shown[]
}

async function byRest({ token }: Person, query: string, rel: 'next' | 'prev'): Promise<RestPage[]> {
  const pages: RestPage[] = []
  for (let path: string | undefined = `/api/v1/timelines/home${query}`; pages.length < PAGES_MAX; ) {
    const { data, headers } = await rest(nexus, path, { token })
    const link: string | undefined = new RegExp(`<[^>]+(/api[^>]+)>; rel="${rel}"`).exec(headers.get('link') ?? '')?.[1]
    if (rel === 'next' || data.length > 0)
      // biome-ignore lint/suspicious/noExplicitAny: as above
      pages.push({ ids: data.map(({ id }: any) => id), shown: data.map(shownOf) })
    if (link === undefined || (rel === 'prev' && data.length === 0)) return pages
    path = link
  }
  throw new Error('paging does not end')
}

// biome-ignore lint/suspicious/noExplicitAny: as above
function shownOf({ id, content, account, reblog }: any): Shown {
  const words = (html: string) => html.replace(/<[^>]+>/g, '')
  if (!reblog) return { post: id, sharedBy: null, content: words(content) }
  return { post: reblog.id, sharedBy: account.id, content: words(reblog.content) }
}

async function postsOf(ids: readonly string[], { token }: Person): Promise<string[]> {
  const statuses = await Promise.all(ids.map((id) => rest(nexus, `/api/v1/statuses/${id}`, { token })))
  return statuses.map(({ data }) => shownOf(data).post)
}
