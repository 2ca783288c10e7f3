import type { LiveEvent } from './live-events.ts'

const NOTIFICATIONS_REMEMBERED_MAX = 100

/**
 * Makes, for one listener, the function that says whether an event is news. A notification is told again when somebody more did the same; where
 * the recipient does not hear of that one, it looks as it did before, and is not told.
 */
export function onlyNews(): (event: LiveEvent) => boolean {
  /** By notification, when it last happened as far as was told. */
  const told = new Map<number, number>()
  return (event) => {
    if (!('notification' in event)) return true
    const { id, place } = event.notification
    const before = told.get(id)
    told.delete(id)
    told.set(id, place)
    for (const oldest of told.keys()) {
      if (told.size <= NOTIFICATIONS_REMEMBERED_MAX) break
      told.delete(oldest)
    }
    return before !== place
  }
}
