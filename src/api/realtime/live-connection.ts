import type { TokenClaims } from '../../domain/accounts/access-tokens.ts'
import { refuse } from '../../refusals.ts'
import type { EndReason } from './end-reasons.ts'
import { makeEventQueue } from './event-queue.ts'
import type { LiveEvent, LiveEvents, Signal, Topic, Topics } from './live-events.ts'
import { onlyNews } from './only-news.ts'

const LISTENERS_PER_CONNECTION_MAX = 20
/** Events that wait for a listener; with one more the client is too slow. */
const EVENTS_WAITING_MAX = 100

/** A signed-in client's connection, whatever carries it. */
export interface LiveConnection {
  /** Begins to listen: what is heard of from now on will be told. @throws FORBIDDEN beyond 20 listeners */
  listen<Name extends Topic>(topic: Name): LiveEvents<Topics[Name]>
  /** Ends all listening. */
  close(): void
}

/** The same, as the hub sees it. */
export interface HubConnection extends LiveConnection {
  readonly claims: TokenClaims
  listensTo(topic: Topic): boolean
  signal(topic: Topic, signal: Signal): void
  /** Tells the client why, once, and closes. */
  end(reason: EndReason): void
}

export interface LiveConnectionParts {
  claims: TokenClaims
  /** Reads what a signal is about as the viewer sees it now; undefined where there is nothing to tell. It may end the connection. */
  look(connection: HubConnection, signal: Signal): Promise<LiveEvent | undefined>
  /** Is called when a topic gets its first listener. */
  onListen(topic: Topic): void
  /** Closes what carries the connection. */
  onEnd(reason: EndReason): void
  onClosed(): void
}

interface Listener {
  topic: Topic
  put(signal: Signal): boolean
  close(): void
}

export function makeLiveConnection({ claims, look, onListen, onEnd, onClosed }: LiveConnectionParts): HubConnection {
  const listeners = new Set<Listener>()
  let closed = false

  function close(): void {
    if (closed) return
    closed = true
    for (const listener of listeners) listener.close()
    listeners.clear()
    onClosed()
  }

  function end(reason: EndReason): void {
    if (closed) return
    close()
    onEnd(reason)
  }

  function listen<Name extends Topic>(topic: Name): LiveEvents<Topics[Name]> {
    if (listeners.size >= LISTENERS_PER_CONNECTION_MAX) throw refuse('live.too-many-subscriptions')
    const queue = makeEventQueue<Signal>(EVENTS_WAITING_MAX)
    const isNews = onlyNews()
    const listener: Listener = { topic, put: queue.put, close: queue.close }
    if (closed) queue.close()
    else {
      const isFirst = !listensTo(topic)
      listeners.add(listener)
      if (isFirst) onListen(topic)
    }
    const stop = async () => {
      queue.close()
      listeners.delete(listener)
      return { done: true, value: undefined } as const
    }

    // What is heard for a topic is read as what is told there.
    async function next(): Promise<IteratorResult<Topics[Name], undefined>> {
      for (;;) {
        const signal = await queue.take()
        if (!signal) return stop()
        const value = await look(connection, signal)
        if (value && !closed && isNews(value)) return { done: false, value: value as Topics[Name] }
      }
    }

    const events: LiveEvents<Topics[Name]> = { next, return: stop, [Symbol.asyncIterator]: () => events }
    return events
  }

  const listensTo = (topic: Topic) => [...listeners].some((listener) => listener.topic === topic)
  const connection: HubConnection = {
    claims,
    listen,
    listensTo,
    close,
    end,
    signal: (topic, signal) => {
      for (const listener of listeners) {
        if (listener.topic !== topic || listener.put(signal)) continue
        end('too-slow')
        return
      }
    },
  }
  return connection
}
