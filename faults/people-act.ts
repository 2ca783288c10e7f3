import type { Person } from './fault-world.ts'
import type { Draw } from './seeded.ts'

export type Verb =
  | 'post'
  | 'share'
  | 'unshare'
  | 'delete'
  | 'follow'
  | 'unfollow'
  | 'mute'
  | 'unmute'
  | 'block'
  | 'unblock'
  | 'like'
  | 'unlike'
  | 'read'

/** What one person does next, drawn; as the text of a GraphQL request. */
export interface Act {
  verb: Verb
  who: Person
  query: string
}

/** How often each is done: mostly people read and post. */
const WEIGHTS: Readonly<Record<Verb, number>> = {
  read: 40,
  post: 14,
  like: 12,
  unlike: 5,
  follow: 8,
  unfollow: 4,
  share: 5,
  unshare: 3,
  delete: 3,
  mute: 2,
  unmute: 2,
  block: 1,
  unblock: 1,
}
const VERBS = (Object.keys(WEIGHTS) as Verb[]).flatMap((verb) => Array<Verb>(WEIGHTS[verb]).fill(verb))
export const READ = '{ homeFeed(first: 100) { edges { node { id } } } }'

export function drawAct(draw: Draw, people: readonly Person[], posts: readonly string[], verbs: readonly Verb[] = VERBS): Act {
  const [verb, who, other] = [draw.of(verbs), draw.of(people), draw.of(people)]
  const post = posts.length === 0 ? '1' : draw.of(posts)
  return { verb, who, query: textOf(verb, other.id, post) }
}

function textOf(verb: Verb, userId: number, postId: string): string {
  if (verb === 'read') return READ
  if (verb === 'post') return 'mutation { createPost(content: "words") { post { id } } }'
  if (verb === 'delete') return `mutation { deletePost(id: ${postId}) }`
  if (['share', 'unshare', 'like', 'unlike'].includes(verb)) return `mutation { ${verb}Post(postId: ${postId}) { post { id } } }`
  return `mutation { ${verb}User(userId: ${userId}) { user { id } } }`
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
export type Answer = { data?: any; codes: string[]; status: number }

/** What is an answer though it is no success: the post may be gone, and people may have blocked each other or be themselves. */
const REFUSALS = new Set(['NOT_FOUND', 'FORBIDDEN', 'BAD_USER_INPUT', 'UNAVAILABLE'])

/** Asks, and fails for anything but an answer or an expected refusal. Undefined when nobody answered: the process was killed. */
export async function ask(url: string | undefined, { who, query }: Pick<Act, 'who' | 'query'>): Promise<Answer | undefined> {
  if (url === undefined) return undefined
  let response: Response
  let text: string
  try {
    const headers = { 'content-type': 'application/json', authorization: who.authorization }
    response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
    text = await response.text()
  } catch {
    return undefined
  }
  if (response.status === 503) return { codes: ['UNAVAILABLE'], status: 503 }
  const { data, errors = [] } = JSON.parse(text) as { data?: unknown; errors?: { extensions?: { code?: string } }[] }
  const codes = errors.map(({ extensions }) => extensions?.code ?? 'none')
  const unexpected = codes.find((code) => !REFUSALS.has(code))
  if (unexpected !== undefined) throw new Error(`${query} was answered ${response.status} ${text.slice(0, 300)}`)
  return { data, codes, status: response.status }
}
