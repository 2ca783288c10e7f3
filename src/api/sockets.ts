import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { refuse } from '../refusals.ts'
import { answerOnSocket } from './answer-failures.ts'
import { networkKey } from './rate-limit-keys.ts'

const SOCKETS_MAX = 20_000
/** Sockets of one network on which nobody has signed in (yet). Those of users are limited by user. */
const STRANGERS_PER_NETWORK_MAX = 100
const MESSAGE_BYTES_MAX = 100 * 1024
/** What a client has not read yet. */
const BUFFERED_BYTES_MAX = 1024 * 1024
/** Who has not answered the last ping by the next is gone. */
const PING_MS = 15_000
/** So long a client may take to say goodbye. */
const GOODBYE_MS_MAX = 1000

/** A WebSocket as a protocol uses it. */
export interface OpenSocket {
  readonly protocol: string
  readonly address: string
  onMessage(hear: (text: string) => void): void
  /** Is called once, at once if it is closed already. */
  onClosed(run: (code: number) => void): void
  /** Answers when the client's side has taken it. A client that reads nothing is closed with `slowCode` before its megabyte is full. */
  send(text: string): Promise<void>
  close(code: number, words: string): void
  /** Somebody has signed in on it: it counts no more among its network's strangers. */
  isKnown(): void
}

export interface SocketRoute {
  /** The subprotocol to speak, of those that the client offers; false for none of them. */
  chooseProtocol(offered: Set<string>): string | false
  /** Pages of any origin may connect: what they may do is said by a token that no browser sends by itself. */
  anyOrigin?: true
  opened(socket: OpenSocket, request: IncomingMessage): void
  /** What a client that reads too slowly is closed with. */
  slow: { code: number; words: string }
}

export interface Sockets {
  /** Serves a path. */
  route(path: string, route: SocketRoute): void
  /** Whether a request to upgrade is one for us; any other is answered as if it had not asked. */
  wants(request: IncomingMessage): boolean
  upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void
  /** Takes no further socket, says goodbye on all with 1001, and answers when all are closed. */
  close(): Promise<void>
}

export interface SocketSettings {
  /** Where a request comes from. */
  addressOf(request: IncomingMessage): string
  /** Whether a page of the origin that a browser names may connect. */
  mayConnect(origin: string, request: IncomingMessage): boolean
}

export function openSockets({ addressOf, mayConnect }: SocketSettings): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    handleProtocols: (offered, request) => routeOf(request)?.chooseProtocol(offered) ?? false,
  })
  const routes = new Map<string, SocketRoute>()
  const routeOf = (request: IncomingMessage) => routes.get(request.url?.split('?', 1)[0] ?? '')
  const strangers = new Map<string, number>()
  const answered = new WeakSet<WebSocket>()
  let closing = false

  const pings = setInterval(() => {
    for (const socket of server.clients) {
      if (!answered.delete(socket)) socket.terminate()
      else socket.ping()
    }
  }, PING_MS).unref()

  function count(network: string): () => void {
    strangers.set(network, (strangers.get(network) ?? 0) + 1)
    let counted = true
    return () => {
      if (!counted) return
      counted = false
      const left = (strangers.get(network) ?? 1) - 1
      if (left > 0) strangers.set(network, left)
      else strangers.delete(network)
    }
  }

  function refusalOf(request: IncomingMessage, network: string) {
    const { origin } = request.headers
    if (origin !== undefined && !routeOf(request)?.anyOrigin && !mayConnect(origin, request)) return refuse('request.origin-refused')
    if (closing || server.clients.size >= SOCKETS_MAX) return refuse('server.busy', { retryAfter: 1 })
    if ((strangers.get(network) ?? 0) >= STRANGERS_PER_NETWORK_MAX) return refuse('rate.limited', { retryAfter: 1 })
    return undefined
  }

  function upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    const address = addressOf(request)
    const network = networkKey(address)
    const refusal = refusalOf(request, network)
    if (refusal) {
      connection.on('error', () => undefined)
      answerOnSocket(refusal, connection)
      connection.end()
      return
    }
    const forget = count(network)
    connection.once('close', forget)
    server.handleUpgrade(request, connection, head, (socket) => {
      answered.add(socket)
      for (const sign of ['pong', 'message'] as const) socket.on(sign, () => answered.add(socket))
      // What breaks a connection also closes it, and that is heard of.
      socket.on('error', () => undefined)
      const route = routeOf(request)
      if (route) route.opened(openSocket(socket, route, address, forget), request)
    })
  }

  return {
    route: (path, route) => routes.set(path, route),
    wants: (request) => request.headers.upgrade?.toLowerCase() === 'websocket' && routeOf(request) !== undefined,
    upgrade,
    close: async () => {
      closing = true
      clearInterval(pings)
      const closed = [...server.clients].map((socket) => new Promise((resolve) => socket.once('close', resolve)))
      for (const socket of server.clients) socket.close(1001, 'Going away')
      const late = setTimeout(() => {
        for (const socket of server.clients) socket.terminate()
      }, GOODBYE_MS_MAX)
      await Promise.all(closed)
      clearTimeout(late)
    },
  }
}

function openSocket(socket: WebSocket, { slow }: SocketRoute, address: string, isKnown: () => void): OpenSocket {
  const isBehind = () => socket.bufferedAmount > BUFFERED_BYTES_MAX
  const close = (code: number, words: string) => socket.close(code, words)
  const closeIfBehind = () => {
    if (isBehind()) close(slow.code, slow.words)
  }
  // Answers to pings are buffered too.
  socket.on('ping', closeIfBehind)
  return {
    protocol: socket.protocol,
    address,
    isKnown,
    close,
    onMessage: (hear) => {
      socket.on('message', (data) => {
        closeIfBehind()
        if (socket.readyState === socket.OPEN) hear(String(data))
      })
    },
    onClosed: (run) => {
      if (socket.readyState === socket.CLOSED) run(1006)
      else socket.once('close', run)
    },
    send: (text) =>
      new Promise((resolve) => {
        closeIfBehind()
        if (socket.readyState !== socket.OPEN) resolve()
        else socket.send(text, () => resolve())
      }),
  }
}
