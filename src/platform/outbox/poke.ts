import { EventEmitter } from 'node:events'
import type { Lane } from '../queue/job.ts'

/** What can be there anew: facts to be relayed, or jobs of a lane. */
export type Topic = 'facts' | Lane

const pokes = new EventEmitter().setMaxListeners(0)

/** Wakes whatever in this process waits for these. It also looks by itself every second, so that a lost poke costs a second and no more. */
export function poke(topics: Iterable<Topic>): void {
  for (const topic of topics) pokes.emit(topic)
}

/** Calls `run` at each poke until the answer is called. */
export function onPoke(topic: Topic, run: () => void): () => void {
  pokes.on(topic, run)
  return () => pokes.off(topic, run)
}
