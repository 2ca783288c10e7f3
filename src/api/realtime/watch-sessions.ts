import { readViewerOfSession } from '../../domain/accounts/read-viewer.ts'
import type { Reader } from '../../platform/database/statement.ts'
import type { FollowedHomes } from './follow-homes.ts'
import type { HubConnection } from './live-connection.ts'

const WATCH_MS = 30_000
const SESSIONS_AT_ONCE_MAX = 100

/**
 * Looks now and then at the sessions of all who are connected, until the answer is called: for what is not announced, as the day on which a
 * session runs out, and for what was changed past every verb. What is announced is seen at once, and so is everything at a delivery.
 */
export function watchSessions(database: Reader, everybody: () => HubConnection[], homes: FollowedHomes): () => void {
  const versions = new WeakMap<HubConnection, number>()
  let looking = false

  async function look(connection: HubConnection): Promise<void> {
    const viewer = await readViewerOfSession(database, connection.claims)
    if (!viewer) return connection.end('session-ended')
    const isAnother = (versions.get(connection) ?? viewer.version) !== viewer.version
    versions.set(connection, viewer.version)
    if (isAnother || !homes.knows(viewer.id)) homes.readAgain(viewer.id)
  }

  async function lookAtAll(): Promise<void> {
    if (looking) return
    looking = true
    const connections = everybody()
    for (let first = 0; first < connections.length; first += SESSIONS_AT_ONCE_MAX) {
      // A database that does not answer ends nobody's session.
      await Promise.all(connections.slice(first, first + SESSIONS_AT_ONCE_MAX).map(look)).catch(() => undefined)
    }
    looking = false
  }

  const watch = setInterval(() => void lookAtAll(), WATCH_MS).unref()
  return () => clearInterval(watch)
}
