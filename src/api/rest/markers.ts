import { z } from 'zod'
import { MARKED_TIMELINES, type ReadMarker, readMarkers, saveMarkers } from '../../domain/apps/read-markers.ts'
import { callingUser } from './rest-caller.ts'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'
import { listOf } from './shapes/parameters.ts'

const markerShape = z.object({ last_read_id: z.string(), version: z.number().int(), updated_at: z.iso.datetime() })
const markersShape = z.object({ home: markerShape.optional(), notifications: markerShape.optional() })

const mark = z.object({ last_read_id: z.union([z.string().max(64), z.number().int().min(0).transform(String)]) }).optional()

export const markerRoutes = ({ database }: RestPlatform): RestRoute[] => [
  restRoute({
    method: 'GET',
    url: '/api/v1/markers',
    summary: 'How far the user has read, as their clients have saved it.',
    tag: 'markers',
    access: 'user',
    scope: 'read:statuses',
    query: z.object({ timeline: listOf(z.string().max(40)).default([]) }),
    answer: markersShape,
    run: async ({ caller, query: { timeline } }) => {
      const timelines = MARKED_TIMELINES.filter((name) => timeline.includes(name))
      return show(await readMarkers(database, callingUser(caller).id, timelines))
    },
  }),
  restRoute({
    method: 'POST',
    url: '/api/v1/markers',
    summary: 'Saves how far the user has read.',
    tag: 'markers',
    access: 'user',
    scope: 'write:statuses',
    body: z.object({ home: mark, notifications: mark }),
    answer: markersShape,
    run: async ({ caller, body: { home, notifications } }) =>
      show(
        await saveMarkers(database, callingUser(caller).id, {
          ...(home && { home: home.last_read_id }),
          ...(notifications && { notifications: notifications.last_read_id }),
        }),
      ),
  }),
]

function show(markers: readonly ReadMarker[]): z.input<typeof markersShape> {
  return Object.fromEntries(
    markers.map(({ timeline, lastReadId, version, updatedAt }) => [
      timeline,
      { last_read_id: lastReadId, version, updated_at: updatedAt.toISOString() },
    ]),
  )
}
