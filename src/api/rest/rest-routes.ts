import { accountListRoutes } from './account-lists.ts'
import { accountRoutes } from './accounts.ts'
import { appRoutes } from './apps.ts'
import { emptyListRoutes } from './empty-lists.ts'
import { instanceRoutes } from './instance.ts'
import { markerRoutes } from './markers.ts'
import { mediaRoutes } from './media.ts'
import { notificationRoutes } from './notifications.ts'
import { preferenceRoutes } from './preferences.ts'
import { relationshipRoutes } from './relationships.ts'
import type { RestPlatform } from './rest-platform.ts'
import type { RestRoute } from './rest-route.ts'
import { searchRoutes } from './search.ts'
import { statusPeopleRoutes } from './status-people.ts'
import { threadRoutes } from './status-threads.ts'
import { statusVerbRoutes } from './status-verbs.ts'
import { statusRoutes } from './statuses.ts'
import { timelineRoutes } from './timelines.ts'
import { trendRoutes } from './trends.ts'

/** Every route of the REST surface: the authorisation matrix and the OpenAPI document are made from this. */
export function restRoutes(platform: RestPlatform): RestRoute[] {
  return [
    instanceRoutes,
    appRoutes,
    accountRoutes,
    accountListRoutes,
    relationshipRoutes,
    statusRoutes,
    statusVerbRoutes,
    statusPeopleRoutes,
    threadRoutes,
    timelineRoutes,
    preferenceRoutes,
    markerRoutes,
    notificationRoutes,
    mediaRoutes,
    searchRoutes,
    trendRoutes,
    emptyListRoutes,
  ].flatMap((routesOf) => routesOf(platform))
}
