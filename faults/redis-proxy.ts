import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands between Nexus and its Redis, which may be another one from now on, or cut off. */
export interface RedisProxy {
  url: string
  /** Every connection breaks; new ones go there. */
  turnTo(redisUrl: string): void
  /** Every connection breaks, and none is made until `mend`. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

export async function openRedisProxy(redisUrl: string): Promise<RedisProxy> {
  let target = new URL(redisUrl)
  let whole = true
  const sockets = new Set<Socket>()
  const breakAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  const server = createServer((near) => {
    if (!whole) return near.destroy()
    const far = connect(Number(target.port), target.hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.pipe(other)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    turnTo: (url) => {
      target = new URL(url)
      breakAll()
    },
    cut: () => {
      whole = false
      breakAll()
    },
    mend: () => {
      whole = true
    },
    close: async () => {
      breakAll()
      server.close()
      await once(server, 'close')
    },
  }
}
