import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

const LATER_MS = 100

/** Stands between Nexus and its database, and can be cut: then connections break, and new ones are refused. */
export interface DatabaseProxy {
  url: string
  cut(): Promise<void>
  mend(): Promise<void>
  /** All that Nexus has sent to the database, as text. */
  sent(): string
  close(): Promise<void>
}

/** What the database says after each `pauseAfter` comes later, in a packet of its own, as it may on any network. */
export async function openDatabaseProxy(databaseUrl: string, { pauseAfter }: { pauseAfter?: Buffer } = {}): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl)
  const socketFolder = target.searchParams.get('host')
  const reach = () => {
    const port = Number(target.searchParams.get('port') ?? target.port ?? 5432)
    return socketFolder?.startsWith('/') ? connect(`${socketFolder}/.s.PGSQL.${port || 5432}`) : connect(port || 5432, target.hostname)
  }
  const sockets = new Set<Socket>()
  const sent: Buffer[] = []
  const take = (near: Socket) => {
    const far = reach()
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
    near.on('data', (data) => sent.push(data))
    near.pipe(far)
    if (pauseAfter) far.pipe(pausing(pauseAfter)).pipe(near)
    else far.pipe(near)
  }
  let server: Server = createServer(take)
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo
  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  const near = new URL(databaseUrl)
  near.hostname = '127.0.0.1'
  near.port = String(port)
  near.searchParams.delete('host')
  near.searchParams.delete('port')
  return {
    url: near.href,
    cut,
    mend: () => {
      server = createServer(take)
      return listen(port)
    },
    sent: () => Buffer.concat(sent).toString('latin1'),
    close: cut,
  }
}

function pausing(after: Buffer): Transform {
  return new Transform({
    async transform(data: Buffer, _encoding, done) {
      let from = 0
      for (let at = data.indexOf(after); at >= 0; at = data.indexOf(after, from)) {
        this.push(data.subarray(from, at + after.length))
        from = at + after.length
        await sleep(LATER_MS)
      }
      done(null, data.subarray(from))
    },
  })
}
