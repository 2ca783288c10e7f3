/** A fact as it is told, with the payload as it was announced. */
export interface ToldFact {
  name: string
  payload: unknown
}

export interface FactListener {
  /** A fact that has become true somewhere. It may come twice. */
  heard(name: string, payload: unknown): void
  /** Not everything up to a moment ago is known to be heard: whatever rests on that rests on nothing. What was missed may still come. */
  missed?(): void
  /** Facts were told that will never be heard here. */
  lost?(): void
}

/** The one ear of a process for facts, which any number of listeners share. */
export interface Hearing {
  /** Calls the listener until the answer is called. Listeners hear each fact in the order in which they came. */
  listen(listener: FactListener): () => void
  /** Whether everything has been heard up to a moment ago. */
  stands(): boolean
  /** Whether facts come at all, though perhaps late. False before the first was heard of, and again when nothing came for long. */
  hears(): boolean
  /** The number of the last fact that was heard; undefined while nothing stands. */
  last(): number | undefined
  close(): Promise<void>
}

export interface Listeners {
  listen: Hearing['listen']
  /** @throws whatever a listener does: the facts count as missed then */
  heard(facts: readonly ToldFact[]): void
  missed(): void
  lost(): void
}

export function makeListeners(): Listeners {
  const listeners = new Set<FactListener>()
  return {
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    heard: (facts) => {
      for (const { name, payload } of facts) for (const listener of listeners) listener.heard(name, payload)
    },
    missed: () => {
      for (const listener of listeners) listener.missed?.()
    },
    lost: () => {
      for (const listener of listeners) listener.lost?.()
    },
  }
}
