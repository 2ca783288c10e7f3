import type { Answer, Nexus, Person } from '../cast.ts'

// What people do, beyond tests/cast.ts. Each fails when it is refused.

type DoToUser = (nexus: Nexus, person: Person, other: { id: number }) => Promise<void>
type DoToPost = (nexus: Nexus, person: Person, postId: string) => Promise<void>

export const unfollow = onUser('unfollowUser')
export const block = onUser('blockUser')
export const unblock = onUser('unblockUser')
export const mute = onUser('muteUser')
export const unmute = onUser('unmuteUser')
export const like = onPost('likePost')
export const unlike = onPost('unlikePost')
export const unshare = onPost('unsharePost')

function onUser(mutation: string): DoToUser {
  return async (nexus, person, { id }) => {
    await nexus.ask(`mutation ($id: ID!) { ${mutation}(userId: $id) { user { id } } }`, person.token, { id })
  }
}

function onPost(mutation: string): DoToPost {
  return async (nexus, person, id) => {
    await nexus.ask(`mutation ($id: ID!) { ${mutation}(postId: $id) { post { id } } }`, person.token, { id })
  }
}

export async function share(nexus: Nexus, person: Person, postId: string, message?: string): Promise<void> {
  const query = 'mutation ($postId: ID!, $message: String) { sharePost(postId: $postId, message: $message) { post { id } } }'
  await nexus.ask(query, person.token, { postId, message })
}

/** Comments, or replies to `parentId`, and answers the comment's id. */
export async function comment(nexus: Nexus, person: Person, postId: string, text: string, parentId?: string): Promise<string> {
  const query = `mutation ($postId: ID!, $text: String!, $parentId: ID) {
    createComment(postId: $postId, text: $text, parentId: $parentId) { comment { id } } }`
  return (await nexus.ask(query, person.token, { postId, text, parentId })).createComment.comment.id
}

export async function quote(nexus: Nexus, person: Person, quotedPostId: string, content: string): Promise<string> {
  const query = 'mutation ($content: String!, $id: ID!) { createPost(content: $content, quotedPostId: $id) { post { id } } }'
  return (await nexus.ask(query, person.token, { content, id: quotedPostId })).createPost.post.id
}

export async function deletePost(nexus: Nexus, person: Person, id: string): Promise<void> {
  await nexus.ask('mutation ($id: ID!) { deletePost(id: $id) }', person.token, { id })
}

/** The contents of a person's home feed, newest first. */
export async function readHome(nexus: Nexus, person: Person): Promise<string[]> {
  const { homeFeed } = await nexus.ask('{ homeFeed(first: 100) { edges { node { content } } } }', person.token)
  return homeFeed.edges.map((edge: { node: { content: string } }) => edge.node.content)
}

/** The contents of a person's plain feed, newest first. */
export async function readFeed(nexus: Nexus, person: Person): Promise<string[]> {
  const { feed } = await nexus.ask('{ feed(first: 100) { content } }', person.token)
  return feed.map((post: { content: string }) => post.content)
}

/** The code of the refusal and the argument that it names: "BAD_USER_INPUT content". Undefined for what was not refused. */
export async function refusedFor(
  nexus: Nexus,
  query: string,
  token?: string,
  variables: Record<string, unknown> = {},
): Promise<string | undefined> {
  const { errors } = await nexus.gql(query, { token, variables })
  if (!errors) return undefined
  const { code, field } = errors[0].extensions
  return field === undefined ? code : `${code} ${field}`
}

/** Sends a request as it stands, without the help of gql: for what clients get wrong. */
export async function send(nexus: Nexus, path: string, init: RequestInit = {}): Promise<Answer & { text: string }> {
  const response = await fetch(`${nexus.url}${path}`, init)
  const text = await response.text()
  const json = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : {}
  return { status: response.status, headers: response.headers, data: json.data, errors: json.errors, text }
}

/** Posts any value as JSON. */
export function sendJson(nexus: Nexus, body: unknown, headers: Record<string, string> = {}): Promise<Answer & { text: string }> {
  return send(nexus, '/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

export interface Page {
  // biome-ignore lint/suspicious/noExplicitAny: edges of every connection
  edges: any[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }
}

const PAGES_MAX = 1000

/** Reads a connection to its end, from endCursor to endCursor. Answers the pages. */
export async function readPages(readPage: (after: string | null) => Promise<Page>): Promise<Page[]> {
  const pages: Page[] = []
  for (let after: string | null = null; pages.length < PAGES_MAX; ) {
    const page: Page = await readPage(after)
    pages.push(page)
    if (!page.pageInfo.hasNextPage) return pages
    after = page.pageInfo.endCursor
  }
  throw new Error(`a list did not end within ${PAGES_MAX} pages`)
}

/** The token that went to an address in the newest mail with this subject. */
export function tokenIn(mail: string): string {
  const line = mail.split('\n').find((each) => /^[\w-]{40,}$/.test(each))
  if (!line) throw new Error('there is no token in this mail')
  return line
}
