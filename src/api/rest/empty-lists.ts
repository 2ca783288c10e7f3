import { z } from 'zod'
import { type RestRoute, restRoute } from './rest-route.ts'
import { idPath } from './shapes/parameters.ts'

interface EmptyList {
  url: string
  summary: string
  tag: string
  /** Undefined where everybody may ask. */
  scope?: string
}

/** What Nexus has none of, and clients ask for as they start. */
const EMPTY_LISTS: EmptyList[] = [
  { url: '/api/v1/custom_emojis', summary: 'Pictures that stand for a word: there are none.', tag: 'instance' },
  { url: '/api/v1/announcements', summary: 'Announcements of the server: there are none.', tag: 'instance' },
  { url: '/api/v1/trends/links', summary: 'Links that many share: they are not ranked.', tag: 'trends' },
  { url: '/api/v1/filters', summary: 'Words that the user wants to be spared: none are kept.', tag: 'filters', scope: 'read:filters' },
  { url: '/api/v2/filters', summary: 'Words that the user wants to be spared: none are kept.', tag: 'filters', scope: 'read:filters' },
  { url: '/api/v1/lists', summary: 'Lists of people: there are none.', tag: 'lists', scope: 'read:lists' },
  { url: '/api/v1/conversations', summary: 'Direct messages: there are none.', tag: 'conversations', scope: 'read:statuses' },
  { url: '/api/v1/scheduled_statuses', summary: 'Posts that are due later: there are none.', tag: 'statuses', scope: 'read:statuses' },
  { url: '/api/v1/follow_requests', summary: 'Requests to follow: nobody has to ask.', tag: 'accounts', scope: 'read:follows' },
  { url: '/api/v1/suggestions', summary: 'People to follow: nobody is suggested.', tag: 'accounts', scope: 'read:accounts' },
  { url: '/api/v2/suggestions', summary: 'People to follow: nobody is suggested.', tag: 'accounts', scope: 'read:accounts' },
  { url: '/api/v1/endorsements', summary: 'People whom the user recommends: none.', tag: 'accounts', scope: 'read:accounts' },
  { url: '/api/v1/domain_blocks', summary: 'Servers that the user blocks: there are no others.', tag: 'accounts', scope: 'read:blocks' },
  { url: '/api/v1/featured_tags', summary: 'Tags that the user shows: none.', tag: 'tags', scope: 'read:accounts' },
  { url: '/api/v1/followed_tags', summary: 'Tags that the user follows: only people are followed.', tag: 'tags', scope: 'read:follows' },
  {
    url: '/api/v1/notifications/requests',
    summary: 'Notifications that wait to be let in: none are kept back.',
    tag: 'notifications',
    scope: 'read:notifications',
  },
]

const EMPTY_LISTS_OF_ACCOUNTS: EmptyList[] = [
  { url: '/api/v1/accounts/:id/lists', summary: 'Lists that somebody is in: there are none.', tag: 'accounts', scope: 'read:lists' },
  { url: '/api/v1/accounts/:id/featured_tags', summary: 'Tags that somebody shows: none.', tag: 'accounts' },
  { url: '/api/v1/accounts/:id/endorsements', summary: 'People whom somebody recommends: none.', tag: 'accounts' },
  { url: '/api/v1/accounts/:id/identity_proofs', summary: 'Where else somebody is: not told.', tag: 'accounts' },
]

export const emptyListRoutes = (): RestRoute[] => [
  ...EMPTY_LISTS.map((list) => restRoute({ ...alike(list), run: nothing })),
  ...EMPTY_LISTS_OF_ACCOUNTS.map((list) => restRoute({ ...alike(list), path: idPath, run: nothing })),
]

function alike(list: EmptyList) {
  return { ...list, method: 'GET', access: list.scope === undefined ? 'visitor' : 'user', answer: z.array(z.never()) } as const
}

const nothing = async (): Promise<never[]> => []
