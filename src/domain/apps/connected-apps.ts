import { type Reader, statement, type Writer } from '../../platform/database/statement.ts'
import { endSessions } from '../accounts/sessions.ts'

/** An app that the user lets act for them; each time they did so is a session of its own. */
export interface ConnectedApp {
  sessionId: string
  name: string
  website: string | null
  scopes: string[]
  connectedAt: Date
}

const CONNECTED_MAX = 500

const connectedApps = statement<ConnectedApp>(
  'apps.connected',
  `select s.id as "sessionId", a.name, a.website, s.created_at as "connectedAt",
     coalesce((select t.scopes from app_tokens t where t.session_id = s.id limit 1), '{}') as scopes
   from sessions s join apps a on a.id = s.app_id
   where s.user_id = $1 and s.ended_at is null order by s.created_at desc limit ${CONNECTED_MAX}`,
)

/** The apps that the user lets act for them, the last to be connected first. */
export function readConnectedApps(reader: Reader, userId: number): Promise<ConnectedApp[]> {
  return reader.rows(connectedApps, [userId])
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const isConnection = statement<{ id: string }>(
  'apps.is-connection',
  'select id from sessions where id = $2 and user_id = $1 and app_id is not null',
)

/** Ends what an app was let do; its tokens end at once. What is not there (any more) is no error. */
export async function disconnectApp(database: Writer, userId: number, sessionId: string): Promise<void> {
  if (!UUID.test(sessionId)) return
  await database.transaction(async (tx) => {
    if ((await tx.rows(isConnection, [userId, sessionId])).length > 0) await endSessions(tx, userId, sessionId)
  })
}
