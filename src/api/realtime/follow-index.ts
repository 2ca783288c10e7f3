/** Edges kept: some 40 bytes each. Who does not fit in is asked of the database with each entry. */
const EDGES_MAX = 2_000_000

/** Which of the viewers who listen here follow whom: an entry costs those who follow, not all who are connected. */
export interface FollowIndex {
  /** Puts in whom a viewer follows, in the place of what was there. */
  set(viewerId: number, followedIds: readonly number[]): void
  drop(viewerId: number): void
  followersOf(actorId: number): Iterable<number>
  /** Viewers who did not fit in. */
  unplaced(): readonly number[]
}

export function makeFollowIndex(edgesMax = EDGES_MAX): FollowIndex {
  // Most of those who are followed have one follower here: a number alone is a tenth of a set with it.
  const byActor = new Map<number, number | Set<number>>()
  const byViewer = new Map<number, Int32Array>()
  const withoutPlace = new Set<number>()
  let edges = 0

  function add(actorId: number, viewerId: number): void {
    const before = byActor.get(actorId)
    if (before === undefined) byActor.set(actorId, viewerId)
    else if (typeof before === 'number') byActor.set(actorId, new Set([before, viewerId]))
    else before.add(viewerId)
  }

  function remove(actorId: number, viewerId: number): void {
    const before = byActor.get(actorId)
    if (typeof before === 'object') before.delete(viewerId)
    if (before === viewerId || (typeof before === 'object' && before.size === 0)) byActor.delete(actorId)
  }

  function drop(viewerId: number): void {
    withoutPlace.delete(viewerId)
    const followed = byViewer.get(viewerId)
    if (!followed) return
    for (const actorId of followed) remove(actorId, viewerId)
    edges -= followed.length
    byViewer.delete(viewerId)
  }

  return {
    drop,
    set: (viewerId, followedIds) => {
      drop(viewerId)
      if (edges + followedIds.length > edgesMax) {
        withoutPlace.add(viewerId)
        return
      }
      for (const actorId of followedIds) add(actorId, viewerId)
      edges += followedIds.length
      byViewer.set(viewerId, Int32Array.from(followedIds))
    },
    followersOf: (actorId) => {
      const found = byActor.get(actorId) ?? []
      return typeof found === 'number' ? [found] : found
    },
    unplaced: () => [...withoutPlace],
  }
}
