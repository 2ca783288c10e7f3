import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands between Nexus and its broker. */
export interface BrokerProxy {
  url: string
  /** The next message that is published never arrives, and its connection breaks. Answers when that has happened. */
  swallowMessage(): Promise<void>
  close(): Promise<void>
}

/** Only the head of a message's content holds its type. */
const MESSAGE = 'text/plain'

export async function openBrokerProxy(amqpUrl: string): Promise<BrokerProxy> {
  const target = new URL(amqpUrl)
  const sockets = new Set<Socket>()
  let onMessage: (() => void) | undefined
  const server = createServer((near) => {
    const far = connect(Number(target.port || 5672), target.hostname)
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
    }
    far.pipe(near)
    near.on('data', (data) => {
      if (onMessage && data.includes(MESSAGE)) {
        near.destroy()
        onMessage()
        onMessage = undefined
      } else far.write(data)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(amqpUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    swallowMessage: () =>
      new Promise((resolve) => {
        onMessage = resolve
      }),
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
