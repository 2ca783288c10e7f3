import type { Writer } from '../../platform/database/statement.ts'
import type { Viewer } from './read-viewer.ts'
import { endSessions } from './sessions.ts'

/** Ends the viewer's session, or, with `everywhere`, all of the viewer's. */
export async function signOut(database: Writer, viewer: Viewer, everywhere: boolean): Promise<void> {
  await database.transaction((tx) => endSessions(tx, viewer.id, everywhere ? null : viewer.sessionId))
}
