import { accountRoutes } from './accounts.ts'
import { appRoutes } from './apps.ts'
import { emptyListRoutes } from './empty-lists.ts'
import { instanceRoutes } from './instance.ts'
import { preferenceRoutes } from './preferences.ts'
import type { RestPlatform } from './rest-platform.ts'
import type { RestRoute } from './rest-route.ts'
import { statusRoutes } from './statuses.ts'
import { timelineRoutes } from './timelines.ts'

/** Every route of the REST surface: the authorisation matrix and the OpenAPI document are made from this. */
export function restRoutes(platform: RestPlatform): RestRoute[] {
  return [instanceRoutes, appRoutes, accountRoutes, statusRoutes, timelineRoutes, preferenceRoutes, emptyListRoutes].flatMap((routesOf) =>
    routesOf(platform),
  )
}
