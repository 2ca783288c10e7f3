import { z } from 'zod'
import { dismissAll, dismissHappening } from '../../domain/notifications/dismiss-happenings.ts'
import { countUnreadHappenings, readHappening, readHappenings } from '../../domain/notifications/read-happenings.ts'
import { parseUserId } from '../../platform/ids.ts'
import { refuse, refuseInput } from '../../refusals.ts'
import { callingUser } from './rest-caller.ts'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'
import { idOf, keyOf, kindsOf, notificationShape, showHappening } from './shapes/notification.ts'
import { count, listOf } from './shapes/parameters.ts'
import { linkPages, pageSize } from './span-pages.ts'

const LIMIT_BY_DEFAULT = 40
const LIMIT_MAX = 80
const COUNTED_BY_DEFAULT = 100
const COUNTED_MAX = 1000

const filters = {
  types: listOf(z.string().max(40)).optional(),
  exclude_types: listOf(z.string().max(40)).optional(),
}
const place = z.string().max(64).optional()
const listQuery = z.object({
  ...{ max_id: place, since_id: place, min_id: place },
  ...filters,
  account_id: z.string().max(40).optional(),
  limit: count.default(LIMIT_BY_DEFAULT),
})
const notificationPath = z.object({ id: z.string().max(64) })
const nothing = z.object({})

export const notificationRoutes = (platform: RestPlatform): RestRoute[] => {
  const { database } = platform
  const alike = { tag: 'notifications', access: 'user' } as const
  return [
    restRoute({
      ...alike,
      method: 'GET',
      url: '/api/v1/notifications',
      summary: 'What others did, newest first, one for each who did it.',
      scope: 'read:notifications',
      query: listQuery,
      answer: z.array(notificationShape),
      run: async ({ caller, query, http, reply }) => {
        const { types, exclude_types = [], account_id, max_id, since_id, min_id, limit } = query
        const actorId = account_id === undefined ? undefined : parseUserId(account_id)
        if (account_id !== undefined && actorId === undefined) return []
        const found = await readHappenings(database, callingUser(caller).id, {
          below: keyAt('max_id', max_id),
          above: keyAt('min_id', min_id ?? since_id),
          upwards: min_id !== undefined,
          kinds: kindsOf(types, exclude_types),
          actorId,
          limit: pageSize(limit, LIMIT_MAX),
        })
        const [first, last] = [found[0], found.at(-1)]
        linkPages(platform, http, reply, { next: last && idOf(last), previous: first && idOf(first) })
        const shown = await Promise.all(found.map((happening) => showHappening(platform, caller.request, happening)))
        return shown.filter((notification) => notification !== undefined)
      },
    }),
    restRoute({
      ...alike,
      method: 'GET',
      url: '/api/v1/notifications/unread_count',
      summary: 'How many of them are unread, as far as `limit`.',
      scope: 'read:notifications',
      query: z.object({ ...filters, limit: count.default(COUNTED_BY_DEFAULT) }),
      answer: z.object({ count: z.number().int() }),
      run: async ({ caller, query: { types, exclude_types = [], limit } }) => {
        const asked = { kinds: kindsOf(types, exclude_types), max: pageSize(limit, COUNTED_MAX) }
        return { count: await countUnreadHappenings(database, callingUser(caller).id, asked) }
      },
    }),
    restRoute({
      ...alike,
      method: 'POST',
      url: '/api/v1/notifications/clear',
      summary: 'Takes all of them out of the list.',
      scope: 'write:notifications',
      answer: nothing,
      run: async ({ caller }) => {
        await dismissAll(database, callingUser(caller).id)
        return {}
      },
    }),
    restRoute({
      ...alike,
      method: 'GET',
      url: '/api/v1/notifications/:id',
      summary: 'One of them.',
      scope: 'read:notifications',
      path: notificationPath,
      answer: notificationShape,
      run: async ({ caller, path: { id } }) => {
        const key = keyOf(id)
        const happening = key && (await readHappening(database, callingUser(caller).id, key.notificationId, key.number))
        const shown = happening && (await showHappening(platform, caller.request, happening))
        if (!shown) throw refuse('notification.not-found')
        return shown
      },
    }),
    restRoute({
      ...alike,
      method: 'POST',
      url: '/api/v1/notifications/:id/dismiss',
      summary: 'Takes one of them out of the list.',
      scope: 'write:notifications',
      path: notificationPath,
      answer: nothing,
      run: async ({ caller, path: { id } }) => {
        const key = keyOf(id)
        if (!key) throw refuse('notification.not-found')
        await dismissHappening(database, callingUser(caller).id, key.notificationId, key.number)
        return {}
      },
    }),
  ]
}

function keyAt(field: string, id: string | undefined) {
  if (id === undefined) return undefined
  const key = keyOf(id)
  if (!key) throw refuseInput(field, `${field} must be the id of a notification.`)
  return key
}
