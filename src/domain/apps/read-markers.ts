import { type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { refuseInput } from '../../refusals.ts'

export const MARKED_TIMELINES = ['home', 'notifications'] as const
export type MarkedTimeline = (typeof MARKED_TIMELINES)[number]

/** How far a user has read a timeline, as one client tells the others. */
export interface ReadMarker {
  timeline: MarkedTimeline
  lastReadId: string
  /** Rises by one with each change. */
  version: number
  updatedAt: Date
}

const COLUMNS = 'timeline, last_read_id as "lastReadId", version, updated_at as "updatedAt"'

const markersOf = statement<ReadMarker>(
  'apps.read-markers',
  `select ${COLUMNS} from read_markers where user_id = $1 and timeline = any($2::text[]) order by timeline`,
)
const saveMarker = statement<ReadMarker>(
  'apps.save-read-marker',
  `insert into read_markers (user_id, timeline, last_read_id) values ($1, $2, $3)
   on conflict (user_id, timeline) do update set last_read_id = excluded.last_read_id, version = read_markers.version + 1, updated_at = now()
   returning ${COLUMNS}`,
)

/** The markers that a user's clients have saved; none for what was never marked. */
export function readMarkers(reader: Reader, userId: number, timelines: readonly MarkedTimeline[]): Promise<ReadMarker[]> {
  return reader.rows(markersOf, [userId, timelines])
}

/** Saves how far a user has read, whichever id their client says. @throws BAD_USER_INPUT for what is no id */
export async function saveMarkers(database: Writer, userId: number, marks: Partial<Record<MarkedTimeline, string>>): Promise<ReadMarker[]> {
  // In one order, so that two clients never wait for each other.
  const given = MARKED_TIMELINES.flatMap((timeline) => {
    const id = marks[timeline]
    return id === undefined ? [] : [{ timeline, id }]
  })
  for (const { timeline, id } of given) if (!/^\d{1,64}$/.test(id)) throw refuseInput(timeline, 'last_read_id must be an id.')
  return database.transaction(async (tx) => {
    const saved: ReadMarker[] = []
    for (const { timeline, id } of given) saved.push(...(await tx.rows(saveMarker, [userId, timeline, id])))
    return saved
  })
}
