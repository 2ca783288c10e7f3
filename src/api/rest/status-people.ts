import { z } from 'zod'
import { type ReactorList, readReactorSpan } from '../../domain/interactions/read-reaction-span.ts'
import type { RequestContext } from '../request-context.ts'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'
import { accountShape } from './shapes/account.ts'
import { idPath } from './shapes/parameters.ts'
import { showAccounts } from './shapes/shown-accounts.ts'
import { type FoundStatus, findStatus } from './shapes/shown-status.ts'
import { linkSpan, pageQuery, spanOf } from './span-pages.ts'

/** Who reacted to a status. */
export const statusPeopleRoutes = (platform: RestPlatform): RestRoute[] => [
  peopleRoute(platform, 'favourited_by', 'Who liked it, the last first.', (found) =>
    found.kind === 'comment' ? 'comment-likes' : 'likes',
  ),
  peopleRoute(platform, 'reblogged_by', 'Who shared it, the last first.', (found) => (found.kind === 'comment' ? undefined : 'shares')),
]

function peopleRoute(
  platform: RestPlatform,
  name: string,
  summary: string,
  listOf: (found: FoundStatus) => ReactorList | undefined,
): RestRoute {
  return restRoute({
    method: 'GET',
    url: `/api/v1/statuses/:id/${name}`,
    summary,
    tag: 'statuses',
    access: 'visitor',
    scope: 'read:statuses',
    path: idPath,
    query: pageQuery,
    answer: z.array(accountShape),
    run: async ({ caller: { request }, path: { id }, query, http, reply }) => {
      const found = await findStatus(request, id)
      const list = listOf(found)
      if (!list) return []
      const span = spanOf(query)
      const people = await readReactorSpan(platform.database, list, subjectOf(found), span, request.viewer)
      linkSpan(platform, http, reply, span, people, ({ key }) => key)
      return showAll(platform, request, people.rows)
    },
  })
}

function subjectOf(found: FoundStatus): number {
  return found.kind === 'comment' ? found.comment.id : found.post.id
}

function showAll(platform: RestPlatform, request: RequestContext, people: readonly { authorId: number }[]) {
  return showAccounts(
    platform,
    request,
    people.map(({ authorId }) => authorId),
  )
}
