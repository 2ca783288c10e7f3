import type { FastifyInstance } from 'fastify'

/**
 * Makes the function that closes a server: it takes nothing new, lets every request under way be answered, and then closes all
 * connections, those too on which no request ever came. Browsers open such ahead of need, and would hold a stop up for minutes.
 */
export function makeDrain(server: FastifyInstance): () => Promise<void> {
  let underWay = 0
  let onIdle = () => {}
  server.addHook('onRequest', (_request, reply, done) => {
    underWay += 1
    reply.raw.once('close', () => {
      underWay -= 1
      if (underWay === 0) onIdle()
    })
    done()
  })

  return async () => {
    const closed = server.close()
    if (underWay > 0) {
      await new Promise<void>((resolve) => {
        onIdle = resolve
      })
    }
    server.server.closeAllConnections()
    await closed
  }
}
