import { Unavailable } from './unavailable.ts'

/** Lets so many in at once; some wait; whoever comes beyond is told to come back. */
export type Gate = <Result>(run: () => Promise<Result>) => Promise<Result>

export interface GateLimits {
  atOnceMax: number
  waitingMax: number
  /** What is said to whoever is sent away. */
  reason: string
}

export function makeGate({ atOnceMax, waitingMax, reason }: GateLimits): Gate {
  let inside = 0
  const waiting: (() => void)[] = []
  return async (run) => {
    if (inside >= atOnceMax) {
      if (waiting.length >= waitingMax) throw new Unavailable(reason)
      await new Promise<void>((enter) => waiting.push(enter))
    } else {
      inside += 1
    }
    try {
      return await run()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else inside -= 1
    }
  }
}
