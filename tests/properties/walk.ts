import { expect } from 'vitest'

/** More pages than any list here has. */
const PAGES_MAX = 500

interface Page<Node> {
  edges: { node: Node }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

/** Reads a list to its end, page by page, and answers the pages. None may be longer than asked. */
export async function walk<Node>(read: (after: string | null) => Promise<Page<Node>>, size: number): Promise<Node[][]> {
  return (await readPages(read, size)).map(({ edges }) => edges.map(({ node }) => node))
}

async function readPages<Read extends Page<unknown>>(read: (after: string | null) => Promise<Read>, size: number): Promise<Read[]> {
  const pages: Read[] = []
  for (let after: string | null = null; ; ) {
    const page = await read(after)
    pages.push(page)
    expect(page.edges.length).toBeLessThanOrEqual(size)
    if (!page.pageInfo.hasNextPage) return pages
    if (pages.length > PAGES_MAX) throw new Error('paging does not end')
    after = page.pageInfo.endCursor
  }
}

/** An entry of a feed: `key` tells it apart from the other entries of its post. */
export interface SeenEntry {
  key: string
  post: string
}

interface FeedPage {
  edges: { node: { id: string }; reason: string; sharedBy: { id: string } | null; sharedMessage: string | null }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

/** Reads a home feed to its end. */
export async function walkFeed(read: (after: string | null) => Promise<FeedPage>, size: number): Promise<SeenEntry[][]> {
  const pages = await readPages(read, size)
  return pages.map(({ edges }) =>
    edges.map(({ node, reason, sharedBy, sharedMessage }) => ({
      key: `${node.id} ${reason}${sharedBy ? ` by ${sharedBy.id}: ${sharedMessage}` : ''}`,
      post: node.id,
    })),
  )
}

/**
 * "Paging down shows everything […] once and in order […]. In homeFeed what is shown once is the entry […]: the same post may come again
 * further down by another entry, never twice in a page." So every expected entry is shown, in order, or passed over in a page that shows
 * its post by a newer one.
 */
export function expectPagesOf(pages: SeenEntry[][], expected: SeenEntry[], question: string): void {
  const shown = pages.filter((page) => page.length > 0)
  let next = 0
  for (const [number, page] of shown.entries()) {
    const posts = new Set<string>()
    const isPassedOver = () => expected[next] !== undefined && posts.has(expected[next]!.post)
    for (const { key, post } of page) {
      while (isPassedOver()) next += 1
      expect(key, `${question}: ${JSON.stringify(pages)} is not ${JSON.stringify(expected)}`).toBe(expected[next]?.key)
      posts.add(post)
      next += 1
    }
    expect(posts.size, `${question}: a post twice in a page`).toBe(page.length)
    while (isPassedOver() && shown[number + 1]?.[0]?.key !== expected[next]?.key) next += 1
  }
  expect(expected.slice(next), `${question}: not shown`).toEqual([])
}
