import { z } from 'zod'
import { refuse } from '../../refusals.ts'
import { type RestRoute, restRoute } from './rest-route.ts'

const preferencesShape = z.object({
  'posting:default:visibility': z.enum(['public', 'private']),
  'posting:default:sensitive': z.boolean(),
  'posting:default:language': z.string().nullable(),
  'posting:default:quote_policy': z.enum(['public', 'followers', 'nobody']),
  'reading:expand:media': z.enum(['default', 'show_all', 'hide_all']),
  'reading:expand:spoilers': z.boolean(),
  'reading:autoplay:gifs': z.boolean(),
})

const policyShape = z.object({
  for_not_following: z.enum(['accept', 'filter', 'drop']),
  for_not_followers: z.enum(['accept', 'filter', 'drop']),
  for_new_accounts: z.enum(['accept', 'filter', 'drop']),
  for_private_mentions: z.enum(['accept', 'filter', 'drop']),
  for_limited_accounts: z.enum(['accept', 'filter', 'drop']),
  summary: z.object({ pending_requests_count: z.number().int(), pending_notifications_count: z.number().int() }),
})

const oldPolicyShape = z.object({
  filter_not_following: z.boolean(),
  filter_not_followers: z.boolean(),
  filter_new_accounts: z.boolean(),
  filter_private_mentions: z.boolean(),
  summary: z.object({ pending_requests_count: z.number().int(), pending_notifications_count: z.number().int() }),
})

const nothingWaits = { pending_requests_count: 0, pending_notifications_count: 0 }

/** What a client asks for as it starts, and what Nexus keeps the same for everybody. */
export const preferenceRoutes = (): RestRoute[] => [
  restRoute({
    method: 'GET',
    url: '/api/v1/preferences',
    summary: 'How the user wants to write and read: the same for everybody.',
    tag: 'preferences',
    access: 'user',
    scope: 'read:accounts',
    answer: preferencesShape,
    run: async () => ({
      'posting:default:visibility': 'public' as const,
      'posting:default:sensitive': false,
      'posting:default:language': null,
      'posting:default:quote_policy': 'public' as const,
      'reading:expand:media': 'default' as const,
      'reading:expand:spoilers': false,
      'reading:autoplay:gifs': false,
    }),
  }),
  restRoute({
    method: 'GET',
    url: '/api/v2/notifications/policy',
    summary: 'Which notifications are kept back: none.',
    tag: 'notifications',
    access: 'user',
    scope: 'read:notifications',
    answer: policyShape,
    run: async () => ({
      for_not_following: 'accept' as const,
      for_not_followers: 'accept' as const,
      for_new_accounts: 'accept' as const,
      for_private_mentions: 'accept' as const,
      for_limited_accounts: 'accept' as const,
      summary: nothingWaits,
    }),
  }),
  restRoute({
    method: 'GET',
    url: '/api/v1/notifications/policy',
    summary: 'The same as earlier clients read it.',
    tag: 'notifications',
    access: 'user',
    scope: 'read:notifications',
    answer: oldPolicyShape,
    run: async () => ({
      filter_not_following: false,
      filter_not_followers: false,
      filter_new_accounts: false,
      filter_private_mentions: false,
      summary: nothingWaits,
    }),
  }),
  restRoute({
    method: 'GET',
    url: '/api/v1/push/subscription',
    summary: 'Whether push messages are sent: none are, so that this is not found.',
    tag: 'push',
    access: 'user',
    scope: 'push',
    answer: z.never(),
    run: async () => {
      throw refuse('rest.no-push')
    },
  }),
  restRoute({
    method: 'POST',
    url: '/api/v1/push/subscription',
    summary: 'Asks for push messages, and is refused: none are sent.',
    tag: 'push',
    access: 'user',
    scope: 'push',
    answer: z.never(),
    run: async () => {
      throw refuse('rest.push-refused')
    },
  }),
  restRoute({
    method: 'GET',
    url: '/api/v1/polls/:id',
    summary: 'A poll: there are none.',
    tag: 'polls',
    access: 'visitor',
    scope: 'read:statuses',
    path: z.object({ id: z.string().max(40) }),
    answer: z.never(),
    run: async () => {
      throw refuse('rest.no-polls')
    },
  }),
]
