import type { FeedEntry } from './home-feed-truth.ts'

/** The next entries of a feed below a key, newest first: those that may be seen and, marked, those that may not. */
export interface NextEntries {
  entries: FeedEntry[]
  /** Nothing between the key and this one is missing; what follows is below it. */
  downTo: number
  /** Nothing lies below. */
  ended: boolean
  /** Each of these costs a statement that grows with whom the viewer follows: a page takes few of them. */
  dear: boolean
}

/** Where entries come from: the truth, or something faster that must equal it. */
export type EntrySource = (belowId: number, count: number) => Promise<NextEntries>
