import { z } from 'zod'

/**
 * What is sent over the channel: facts in the order of their numbers, the last of which is `last`; none is a heartbeat. Numbers between `after`
 * and these were of messages that were not committed, and whose facts were sent again: nobody need have heard them.
 */
export const Broadcast = z.object({
  /** The last number that is committed before these. */
  after: z.number().int(),
  last: z.number().int(),
  facts: z.array(z.object({ name: z.string(), payload: z.unknown() })),
  /** How long the oldest fact that is not yet sent has been waiting. */
  lagMs: z.number(),
})
export type Broadcast = z.infer<typeof Broadcast>

export const SILENCE_MS_MAX = 2000
export const LAG_MS_MAX = 2000
export const HEARTBEAT_MS = 1000

export function channelOf(prefix: string): string {
  return `${prefix}facts`
}
