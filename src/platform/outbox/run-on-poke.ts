import { onPoke, type Topic } from './poke.ts'

/** The pause after a step that failed: twice as long each time, until one succeeds. */
const PAUSE_MS = { first: 100, max: 5000 }

export interface Loop {
  /** The next step is taken at once, as after a poke. */
  wake(): void
  /** Takes no further step, and answers when the one under way is done. */
  close(): Promise<void>
}

export interface LoopSettings {
  topic: Topic
  pollMs: number
  /** Is told of each step that fails; after a pause the next is taken. */
  onFailure(error: unknown): void
}

/** Takes one step after another: at once as long as a step answers that there may be more to do, else at the next poke, or after `pollMs`. */
export function runOnPoke(step: () => Promise<boolean>, { topic, pollMs, onFailure }: LoopSettings): Loop {
  let closing = false
  let poked = false
  let failures = 0
  let endRest = () => {}
  const wake = () => {
    poked = true
    // Whoever pokes may not cut the pause after a failure short.
    if (failures === 0) endRest()
  }
  const stopPokes = onPoke(topic, wake)

  async function rest(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, milliseconds)
    endRest = resolve
    await promise
    clearTimeout(timer)
  }

  async function loop(): Promise<void> {
    while (!closing) {
      poked = false
      const restMs = await takeStep()
      if (!closing && restMs > 0 && !(poked && failures === 0)) await rest(restMs)
    }
  }

  async function takeStep(): Promise<number> {
    try {
      const more = await step()
      failures = 0
      return more ? 0 : pollMs
    } catch (error) {
      failures += 1
      onFailure(error)
      return Math.min(PAUSE_MS.first * 2 ** (failures - 1), PAUSE_MS.max)
    }
  }

  const ended = loop()
  return {
    wake,
    close: async () => {
      closing = true
      stopPokes()
      endRest()
      await ended
    },
  }
}
