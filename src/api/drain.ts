import type { FastifyInstance } from 'fastify'
import type { Sockets } from './sockets.ts'

export interface Drain {
  /** Requests under way. */
  underWay(): number
  /**
   * Takes nothing new, lets every request under way be answered, and then closes all connections, those too on which no request ever
   * came. Browsers open such ahead of need, and would hold a stop up for minutes. WebSockets are told that we go away, at once.
   */
  close(): Promise<void>
}

/** Counts the requests under way, so that a server can be closed when they are answered. */
export function makeDrain(server: FastifyInstance, sockets: Sockets): Drain {
  let underWay = 0
  let onIdle = () => {}
  const left = () => {
    underWay -= 1
    if (underWay === 0) onIdle()
  }
  server.addHook('onRequest', (_request, reply, done) => {
    underWay += 1
    reply.raw.on('close', left)
    done()
  })

  async function close(): Promise<void> {
    const closed = Promise.all([server.close(), sockets.close()])
    if (underWay > 0) {
      await new Promise<void>((resolve) => {
        onIdle = resolve
      })
    }
    server.server.closeAllConnections()
    await closed
  }

  return { underWay: () => underWay, close }
}
