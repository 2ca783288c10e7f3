/** How large a world is, and the number that everything in it is drawn from: the same sizes and seed give the same rows. */
export interface WorldSizes {
  scale: number
  seed: number
  users: number
  follows: number
  posts: number
  shares: number
  comments: number
  likes: number
  mutes: number
  blocks: number
  /** What the heaviest reader would like to follow; an account follows at most 10,000. */
  followsOfOneMax: number
}

export const WORLD_STARTS = Date.UTC(2024, 0, 1)
export const WORLD_ENDS = Date.UTC(2026, 0, 1)

const FULL = {
  users: 20_000,
  follows: 2_000_000,
  posts: 500_000,
  shares: 200_000,
  comments: 200_000,
  likes: 1_000_000,
  mutes: 20_000,
  blocks: 10_000,
}
const FOLLOWS_OF_ONE_MAX = 10_000
const SCALE = { min: 0.05, max: 10 }
/** Readers whose feeds are asked for: spread evenly over the ids, which say nothing of how many somebody follows. */
const READERS = 2000

/** Everything grows with the scale but how many one reader follows: the median stays, and Nexus allows 10,000. */
export function worldSizes(scale: number, seed: number): WorldSizes {
  if (!(scale >= SCALE.min && scale <= SCALE.max)) throw new Error(`--scale is a number from ${SCALE.min} to ${SCALE.max}, not ${scale}`)
  const scaled = Object.fromEntries(Object.entries(FULL).map(([name, size]) => [name, Math.round(size * scale)])) as typeof FULL
  return { scale, seed, ...scaled, followsOfOneMax: Math.min(Math.round(scaled.users * 0.9), FOLLOWS_OF_ONE_MAX) }
}

/** Reader `n` of `count`, from 1, is the user n * stride: simple enough for pgbench to reckon, so that all peers ask for the same feeds. No reader is suspended or closed. */
export function readersOf({ users }: WorldSizes): { count: number; stride: number } {
  const count = Math.min(READERS, Math.floor(users / 2))
  return { count, stride: Math.floor(users / count) }
}

/** What a database says of the world in it (its comment), so that a world that is there already can be used again. */
export function worldMark({ scale, seed }: WorldSizes): string {
  return `a world of bench/: scale ${scale}, seed ${seed}, form 3`
}
