import { EventEmitter } from 'node:events'

const pokes = new EventEmitter().setMaxListeners(0)

/** Wakes whatever in this process waits for facts and jobs. They also look by themselves every second, so that a lost poke costs a second and no more. */
export function poke(): void {
  pokes.emit('poke')
}

/** Calls `run` at each poke until the answer is called. */
export function onPoke(run: () => void): () => void {
  pokes.on('poke', run)
  return () => pokes.off('poke', run)
}
