import type { FactRow } from '../outbox/take-facts.ts'

/** What is sent over the channel: facts in the order of their numbers, the last of which is `last`. None is a heartbeat. */
export interface Broadcast {
  /** The number before the first of these. */
  after: number
  last: number
  facts: Pick<FactRow, 'name' | 'payload'>[]
  /** How long the oldest fact that is not yet sent has been waiting. */
  lagMs: number
}

export const SILENCE_MS_MAX = 2000
export const LAG_MS_MAX = 2000
export const HEARTBEAT_MS = 1000

export function channelOf(prefix: string): string {
  return `${prefix}facts`
}
