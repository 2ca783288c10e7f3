import { once } from 'node:events'
import WebSocket from 'ws'
import type { Nexus, Person } from '../cast.ts'
import { settled } from '../outbox/settled.ts'

interface Message {
  type: string
  id?: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  payload?: any
}

/** A WebSocket that speaks graphql-transport-ws by hand, so that a test sees every message and every code. */
export interface LiveClient {
  socket: WebSocket
  messages: Message[]
  /** Subscribes under an id of its own, and answers it. */
  subscribe(query: string, variables?: object): string
  send(message: object): void
  /** The payloads of the events of a subscription, once there are so many. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  events(id: string, count: number): Promise<any[]>
  /** The next message of this type, or the one that came already. */
  message(type: string, id?: string): Promise<Message>
  /** The code and the words with which the socket is closed. */
  closed: Promise<{ code: number; words: string }>
  close(): void
}

const PROTOCOL = 'graphql-transport-ws'

export async function openSocket(nexus: Pick<Nexus, 'url'>, options: WebSocket.ClientOptions = {}): Promise<LiveClient> {
  const socket = new WebSocket(`${nexus.url.replace('http', 'ws')}/graphql`, PROTOCOL, options)
  const messages: Message[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  const closed = new Promise<{ code: number; words: string }>((resolve) => {
    socket.on('close', (code, words) => resolve({ code, words: String(words) }))
  })
  await once(socket, 'open')
  let ids = 0
  const send = (message: object) => socket.send(JSON.stringify(message))
  const message = async (type: string, id?: string) => {
    const find = () => messages.find((each) => each.type === type && each.id === id)
    return (await settled(
      async () => find() ?? null,
      (found) => found !== null,
    ))!
  }
  return {
    socket,
    messages,
    send,
    message,
    subscribe: (query, variables) => {
      ids += 1
      send({ type: 'subscribe', id: String(ids), payload: { query, variables } })
      return String(ids)
    },
    events: async (id, count) => {
      const nexts = () => messages.filter((each) => each.type === 'next' && each.id === id)
      const early = closed.then(({ code, words }) => {
        if (nexts().length < count) throw new Error(`closed with ${code} (${words}) after ${nexts().length} of ${count} events`)
      })
      early.catch(() => undefined)
      const enough = settled(
        async () => nexts(),
        (all) => all.length >= count,
      )
      await Promise.race([enough, early.then(() => enough)])
      const found = nexts()
      return found.map(({ payload }) => payload)
    },
    closed,
    close: () => socket.close(),
  }
}

/** Connects and signs in. */
export async function connect(nexus: Pick<Nexus, 'url'>, person?: Pick<Person, 'token'>): Promise<LiveClient> {
  const client = await openSocket(nexus)
  client.send({ type: 'connection_init', ...(person && { payload: { authorization: `Bearer ${person.token}` } }) })
  await client.message('connection_ack')
  return client
}

export const FEED = 'subscription { feedItemAdded { node { content } } }'

/** Listens to the person's home feed. What is written once it is answered is told. */
export async function listen(nexus: Pick<Nexus, 'url'>, person: Person, query = FEED) {
  const client = await connect(nexus, person)
  const id = client.subscribe(query)
  await begun(client, id)
  return { ...client, next: (count: number) => client.events(id, count) }
}

/** What comes on a socket is taken in order: where a ping is answered, the subscription before it listens. */
export async function begun(client: LiveClient, id: string): Promise<void> {
  client.send({ type: 'ping', payload: { after: id } })
  await client.message('pong')
}
