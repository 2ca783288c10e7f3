import { readFollowedIds, readFollowersAmong } from '../../domain/relationships/read-followed-ids.ts'
import type { Reader } from '../../platform/database/statement.ts'
import { makeFollowIndex } from './follow-index.ts'

/** Whose home feed an entry may have entered, of those who listen to theirs here. Whether it has is judged at the delivery. */
export interface FollowedHomes {
  begin(viewerId: number): void
  end(viewerId: number): void
  /** Whom the viewer follows has changed, or may have. */
  readAgain(viewerId: number): void
  /** Whether it is known whom the viewer follows; true for who does not listen. */
  knows(viewerId: number): boolean
  /** Tells of an entry of this actor each who may have it. Whoever of them is not known yet is told as well. */
  hear(actorId: number, tell: (viewerId: number) => void): void
}

export function followHomes(database: Reader): FollowedHomes {
  const index = makeFollowIndex()
  /** Every viewer who listens, with the number of the last time that whom they follow was asked for. */
  const listening = new Map<number, number>()
  /** Those of whom it is not known yet, or not any more, whom they follow: until it is, they are told of everything, and all is judged. */
  const unknown = new Set<number>()
  const reading = new Set<number>()
  let times = 0

  function readAgain(viewerId: number): void {
    if (!listening.has(viewerId)) return
    listening.set(viewerId, ++times)
    unknown.add(viewerId)
    if (!reading.has(viewerId)) void read(viewerId)
  }

  async function read(viewerId: number): Promise<void> {
    reading.add(viewerId)
    for (let asked = listening.get(viewerId); asked !== undefined; asked = listening.get(viewerId)) {
      const ids = await readFollowedIds(database, viewerId).catch(() => undefined)
      if (ids && listening.get(viewerId) === asked) {
        index.set(viewerId, ids)
        unknown.delete(viewerId)
      }
      // What cannot be read is read again when the sessions are looked at.
      if (!ids || listening.get(viewerId) === asked) break
    }
    reading.delete(viewerId)
  }

  async function tellUnplaced(actorId: number, tell: (viewerId: number) => void): Promise<void> {
    const unplaced = index.unplaced().filter((viewerId) => !unknown.has(viewerId))
    const followers = await readFollowersAmong(database, actorId, unplaced).catch(() => unplaced)
    for (const viewerId of followers) tell(viewerId)
  }

  return {
    readAgain,
    knows: (viewerId) => !unknown.has(viewerId),
    begin: (viewerId) => {
      if (listening.has(viewerId)) return
      listening.set(viewerId, times)
      readAgain(viewerId)
    },
    end: (viewerId) => {
      listening.delete(viewerId)
      unknown.delete(viewerId)
      index.drop(viewerId)
    },
    hear: (actorId, tell) => {
      const told = new Set(unknown)
      for (const viewerId of index.followersOf(actorId)) told.add(viewerId)
      if (listening.has(actorId)) told.add(actorId)
      for (const viewerId of told) tell(viewerId)
      if (index.unplaced().length > 0) void tellUnplaced(actorId, tell)
    },
  }
}
