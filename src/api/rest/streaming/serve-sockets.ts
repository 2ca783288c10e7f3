import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { normaliseTag } from '../../../domain/input/tag-rules.ts'
import { Refusal } from '../../../refusals.ts'
import { END_REASONS, type EndReason } from '../../realtime/end-reasons.ts'
import type { LiveConnection } from '../../realtime/live-connection.ts'
import type { OpenSocket, Sockets } from '../../sockets.ts'
import { checkCaller, openCaller } from '../rest-caller.ts'
import type { RestPlatform } from '../rest-platform.ts'
import { type AskedStream, tellStream, topicsOf } from './stream-events.ts'

const PATH = '/api/v1/streaming'
/** So long a connection stands whose token does not expire; timers take no more. */
const CONNECTED_MS_MAX = 24 * 24 * 60 * 60 * 1000
const SCOPE = 'read:statuses'
const REFUSED = 4401

const asked = z.object({
  type: z.enum(['subscribe', 'unsubscribe']),
  stream: z.string().max(40),
  tag: z.string().max(400).optional(),
})

/** Serves streaming over WebSockets: `?stream=user`, and subscriptions by message. The token is in the address, a header, or the protocol. */
export function serveStreamingSockets(sockets: Sockets, platform: RestPlatform): void {
  sockets.route(PATH, {
    // Browsers send the token as the protocol, and want it back.
    chooseProtocol: (offered) => [...offered][0] ?? false,
    anyOrigin: true,
    slow: END_REASONS['too-slow'],
    opened: (socket, request) => void open(platform, socket, request).catch(() => socket.close(REFUSED, 'The connection was refused')),
  })
}

async function open(platform: RestPlatform, socket: OpenSocket, request: IncomingMessage): Promise<void> {
  const query = new URLSearchParams(request.url?.split('?')[1])
  const waiting: string[] = []
  let hear = (text: string): void => {
    if (waiting.length < 20) waiting.push(text)
  }
  socket.onMessage((text) => hear(text))
  const token = query.get('access_token') ?? socket.protocol
  const { live, scopes } = await connectLive(
    platform,
    socket.address,
    token ? `Bearer ${token}` : request.headers.authorization,
    (reason) => socket.close(END_REASONS[reason].code, END_REASONS[reason].words),
  )
  socket.isKnown()
  socket.onClosed(() => live.close())
  const stops = new Map<string, () => void>()
  hear = (text) => answer(text)
  const first = query.get('stream')
  if (first) answer(JSON.stringify({ type: 'subscribe', stream: first, tag: query.get('tag') ?? undefined }))
  for (const text of waiting) answer(text)

  function answer(text: string): void {
    try {
      const { type, stream, tag } = asked.parse(JSON.parse(text))
      const key = `${stream} ${tag ?? ''}`
      if (type === 'unsubscribe') {
        stops.get(key)?.()
        stops.delete(key)
      } else if (!stops.has(key)) stops.set(key, begin({ name: stream, tag }))
    } catch (failure) {
      const error = failure instanceof Refusal ? failure.message : 'There is no such stream.'
      void socket.send(JSON.stringify({ error, status: 400 }))
    }
  }

  function begin(stream: AskedStream): () => void {
    const { name, tag } = stream
    if (!topicsOf(name, scopes) || (name.startsWith('hashtag') && !tag)) throw new Error('no such stream')
    const shown = tag === undefined ? [name] : [name, tag]
    const tell = ({ event, payload }: { event: string; payload: unknown }) =>
      socket.send(JSON.stringify({ stream: shown, event, payload: JSON.stringify(payload) }))
    return tellStream({ platform, live, address: socket.address, scopes, tell }, { name, tag: tag && normaliseTag(tag) })
  }
}

/** @throws UNAUTHENTICATED, and FORBIDDEN where the token is not good for it */
async function connectLive(
  platform: RestPlatform,
  address: string,
  authorization: string | undefined,
  end: (reason: EndReason) => void,
): Promise<{ live: LiveConnection; scopes: readonly string[] | undefined }> {
  const caller = await openCaller(platform, address, authorization)
  checkCaller(caller, 'user', SCOPE)
  const { viewer } = caller.request
  if (!viewer) throw new Error('nobody is connected')
  const taken = await platform.live.connect(
    { userId: viewer.id, sessionId: viewer.sessionId, expiresAtMs: Date.now() + CONNECTED_MS_MAX },
    end,
  )
  if (typeof taken !== 'string') return { live: taken, scopes: caller.scopes }
  end(taken)
  throw new Error(taken)
}
