const EPOCH_MILLISECONDS = Date.UTC(2000, 0, 1)
const BITS_BELOW_THE_INSTANT = 4096
const KIND_STEP = 1024

/** An id that is greater than every id of 53 bits: where reading newest-first begins. */
export const NEWEST = Number.MAX_SAFE_INTEGER

export type ContentKind = 'post' | 'share' | 'comment'
const KINDS: Record<number, ContentKind> = { 1: 'post', 2: 'share', 3: 'comment' }

/**
 * The number in a client's id, or undefined: an id of the wrong form is the id of nothing.
 * Accepts what PostgreSQL can hold in the column asked: `max` is the greatest id there can be.
 */
export function parseId(text: string | number, max: number = NEWEST): number | undefined {
  if (!/^[1-9]\d{0,15}$/.test(String(text))) return undefined
  const id = Number(text)
  return id <= max ? id : undefined
}

const INT_MAX = 2_147_483_647

/** The number in a client's id of a user, or undefined. */
export function parseUserId(text: string | number): number | undefined {
  return parseId(text, INT_MAX)
}

/** The instant inside an id of a post, share or comment: migrations/0001-ids.sql says how they are laid out. */
export function instantOfId(id: number): Date {
  return new Date(Math.floor(id / BITS_BELOW_THE_INSTANT) + EPOCH_MILLISECONDS)
}

/** What an id is the id of. */
export function kindOfId(id: number): ContentKind | undefined {
  return KINDS[Math.floor(id / KIND_STEP) % 4]
}
