/** What one listener has still to be told, in order and with a bound. */
export interface EventQueue<Item> {
  /** False when there is no room. */
  put(item: Item): boolean
  /** The next item, as soon as there is one; undefined once the queue is closed. One waits at a time. */
  take(): Promise<Item | undefined>
  /** Forgets what is waiting. */
  close(): void
}

export function makeEventQueue<Item>(waitingMax: number): EventQueue<Item> {
  const waiting: Item[] = []
  let taker: ((item: Item | undefined) => void) | undefined
  let closed = false

  function hand(item: Item | undefined): void {
    taker?.(item)
    taker = undefined
  }

  return {
    put: (item) => {
      if (closed) return true
      if (taker) hand(item)
      else if (waiting.length >= waitingMax) return false
      else waiting.push(item)
      return true
    },
    take: () => {
      if (closed || waiting.length > 0) return Promise.resolve(waiting.shift())
      return new Promise((resolve) => {
        taker = resolve
      })
    },
    close: () => {
      closed = true
      waiting.length = 0
      hand(undefined)
    },
  }
}
