import type { Reader } from '../../platform/database/statement.ts'
import { acceptFirst, type PageArgs } from '../input/page-rules.ts'
import { type Post, readPosts } from '../posts/read-posts.ts'
import { type Looker, maySeePost } from '../visibility/visibility-rules.ts'
import { acceptQuery, parseQuery } from './parse-query.ts'
import { FROM_THE_NEWEST, type RankedPost, rankPosts, type Stretch } from './ranked-posts.ts'
import { type FoldedGroup, readGroups } from './read-words.ts'
import { makeSearchCursor, readSearchCursor } from './search-cursors.ts'
import { postQuery } from './write-tsquery.ts'

export interface FoundPost {
  post: Post
  cursor: string
}

export interface FoundPosts {
  found: FoundPost[]
  /** What was looked for: where its words stand is told by findHighlights. */
  groups: FoldedGroup[]
  hasNextPage: boolean
  endCursor: string | null
}

const SEARCH_POSTS_LIST = 'search-posts'
/** So many that match are looked at for a page. A page may be short where many of them may not be seen. */
const EXAMINED_MAX = 400
const STRETCHES_A_PAGE_MAX = 3

/** Where a search stands: in a stretch, behind the post that was last. */
interface Place {
  stretch: Stretch
  after: RankedPost | undefined
}

/**
 * One page of the posts that match the query and that the looker may see: the best of the newest first, then of those before them. A query
 * without a word that is wanted finds nothing.
 * @throws BAD_USER_INPUT for query, first and after
 */
export async function searchPosts(
  reader: Reader,
  given: string,
  { first, after }: PageArgs,
  looker: Looker | undefined,
): Promise<FoundPosts> {
  const limit = acceptFirst(first)
  const query = acceptQuery(given)
  const place = after === undefined || after === null ? { stretch: FROM_THE_NEWEST, after: undefined } : readPlace(query, after)
  const groups = await readGroups(reader, parseQuery(query))
  const tsquery = postQuery(groups)
  if (tsquery === undefined) return { found: [], groups, hasNextPage: false, endCursor: null }
  const page = await fillPage(reader, tsquery, place, limit, looker)
  return {
    found: page.found.map(({ post, place: at }) => ({ post, cursor: writePlace(query, at) })),
    groups,
    hasNextPage: page.hasNextPage,
    endCursor: page.end === undefined ? null : writePlace(query, page.end),
  }
}

async function fillPage(reader: Reader, tsquery: string, begin: Place, limit: number, looker: Looker | undefined) {
  const found: { post: Post; place: Place }[] = []
  let place = begin
  let end: Place | undefined
  let examined = 0
  for (let stretches = 1; ; stretches += 1) {
    const { ranked, stretch } = await rankPosts(reader, tsquery, place.stretch)
    const rest = ranked.filter((one) => isBehind(one, place.after))
    let next = 0
    while (next < rest.length && found.length < limit && examined < EXAMINED_MAX) {
      const batch = rest.slice(next, next + limit - found.length)
      const posts = new Map(
        (
          await readPosts(
            reader,
            batch.map(({ postId }) => postId),
            looker,
          )
        ).map((post) => [post.id, post]),
      )
      for (const one of batch) {
        const post = posts.get(one.postId)
        end = { stretch, after: one }
        if (post && maySeePost(post, looker)) found.push({ post, place: end })
      }
      next += batch.length
      examined += batch.length
    }
    const over = next === rest.length
    if (over && stretch.low > 0) place = { stretch: { top: stretch.low - 1, low: 0 }, after: undefined }
    const enough = found.length === limit || examined >= EXAMINED_MAX || stretches === STRETCHES_A_PAGE_MAX
    if (enough || !over || stretch.low === 0) {
      const goesOn = !over || stretch.low > 0
      if (goesOn) return { found, hasNextPage: true, end: over ? place : end }
      // Not where the search ended, which is what tells that something matches that may not be seen.
      return { found, hasNextPage: false, end: found.at(-1)?.place }
    }
  }
}

function isBehind(one: RankedPost, after: RankedPost | undefined): boolean {
  return after === undefined || one.score < after.score || (one.score === after.score && one.postId < after.postId)
}

function writePlace(query: string, { stretch, after }: Place): string {
  return makeSearchCursor(SEARCH_POSTS_LIST, query, [stretch.top, stretch.low, after?.postId ?? 0, after?.score ?? 0])
}

function readPlace(query: string, cursor: string): Place {
  const [top = 0, low = 0, postId = 0, score = 0] = readSearchCursor(SEARCH_POSTS_LIST, query, cursor, ['id', 'id', 'id', 'score'])
  return { stretch: { top, low }, after: postId === 0 ? undefined : { postId, score } }
}
