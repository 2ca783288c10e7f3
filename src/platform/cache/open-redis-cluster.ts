import { createHash } from 'node:crypto'
import { createClient, createCluster } from '@redis/client'
import type { Logger } from 'pino'
import { Unavailable } from '../unavailable.ts'
import { makeBreaker } from './breaker.ts'
import {
  CLIENT,
  CONNECT_TIMEOUT_MS,
  pause,
  type Redis,
  type RedisSettings,
  type Reply,
  runOf,
  runScript,
  type Script,
  type Subscriber,
} from './open-redis.ts'

const CONNECT_AGAIN_MS = 500
/** The map of slots is read anew when a node has been gone for so long. */
const MAP_AGAIN_MS = 500
/** What a node says when a key is no longer its own, or never to be written there. */
const ELSEWHERE = /^(MOVED|ASK|CLUSTERDOWN|TRYAGAIN|READONLY)\b/

/**
 * Opens connections to all masters of a Redis Cluster, of which `url` names any node. The run is that of all of them together, each with the slots that
 * it serves: where one is restarted or replaced by its replica, or slots move, everybody has another run, and so another epoch.
 */
export async function openRedisCluster({ url, answerMs }: RedisSettings, log: Logger): Promise<Redis> {
  const { username, password, protocol } = new URL(url)
  const cluster = createCluster({
    rootNodes: [{ url }],
    RESP: 2,
    topologyRefreshOnReconnectionAttemptStrategy: MAP_AGAIN_MS,
    defaults: {
      ...CLIENT,
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
      socket: { ...CLIENT.socket, ...(protocol === 'rediss:' && { tls: true as const }) },
    },
  })
  type NodeClient = Awaited<ReturnType<typeof cluster.getNodeClientForKey>>
  const breaker = makeBreaker({ answerMs })
  const runs = new WeakMap<object, string>()
  let changes = 0
  let known: { slots: object; changes: number; run: string | undefined } | undefined
  let closed = false
  let told = false

  const clientAt = ({ host, port }: { host: string; port: number }) => cluster.nodeByAddress.get(`${host}:${port}`)?.client
  const forget = (address: { host: string; port: number }) => {
    const client = clientAt(address)
    if (client) runs.delete(client)
    changes += 1
  }
  const tell = (error: unknown) => {
    if (!told && !closed)
      log.warn({ error: (error as Error)?.message }, 'a node of Redis does not answer: feeds come from the database until it does')
    told = true
  }
  cluster.on('error', tell)
  cluster.on('node-error', (error, address) => {
    forget(address)
    tell(error)
  })
  cluster.on('node-reconnecting', forget)
  cluster.on('node-disconnect', forget)
  cluster.on('node-ready', (address) => {
    const client = clientAt(address)
    // Until this is answered the node has no run, and so gets no other command.
    if (client) void meet(client).catch(() => forget(address))
  })

  async function meet(client: object): Promise<void> {
    const run = await runOf(client as NodeClient)
    if (run === undefined) return
    runs.set(client, run)
    changes += 1
    told = false
  }

  /** Undefined unless every slot is served by a node whose run is known. */
  function run(): string | undefined {
    if (known?.slots !== cluster.slots || known.changes !== changes) known = { slots: cluster.slots, changes, run: runOfAll() }
    return known.run
  }

  function runOfAll(): string | undefined {
    const parts: string[] = []
    let before: object | undefined
    for (let slot = 0; slot < SLOTS; slot += 1) {
      const { master } = cluster.slots[slot] ?? {}
      const ofNode = master?.client && runs.get(master.client)
      if (ofNode === undefined) return undefined
      if (master !== before) parts.push(`${slot}:${ofNode}`)
      before = master
    }
    return `cluster:${createHash('sha256').update(parts.join()).digest('hex').slice(0, 40)}`
  }

  // A command is never redirected: who has become the master of its keys may be behind, and keeps heads under another epoch.
  async function call(asked: Script, keys: readonly string[], args: readonly string[]): Promise<Reply> {
    const [first = ''] = keys
    if (run() === undefined) throw new Unavailable('not all of the Redis cluster is connected')
    const client = await cluster.getNodeClientForKey(first)
    if (!runs.has(client)) throw new Unavailable('a node of the Redis cluster is not connected')
    try {
      return await breaker(() => runScript(client, asked, keys, args))
    } catch (error) {
      if (!ELSEWHERE.test((error as Error).message)) throw error
      void lookForMap(first)
      throw new Unavailable('the Redis cluster has moved these keys', { cause: error })
    }
  }

  /** A question that is redirected has the map of slots read anew. */
  async function lookForMap(key: string): Promise<void> {
    await cluster.sendCommand(key, false, ['EXISTS', key]).catch(() => undefined)
  }

  async function keys(pattern: string, count: number): Promise<string[]> {
    if (run() === undefined) throw new Unavailable('not all of the Redis cluster is connected')
    const found = new Set<string>()
    for (const master of cluster.masters) {
      const client = await cluster.nodeClient(master)
      for await (const batch of client.scanIterator({ MATCH: pattern, COUNT: 1000 })) {
        for (const key of batch) found.add(key)
        if (found.size >= count) break
      }
    }
    return [...found].slice(0, count)
  }

  // The nodes tell each other what is published.
  async function publish(channel: string, text: string): Promise<void> {
    if (run() === undefined) throw new Unavailable('not all of the Redis cluster is connected')
    const client = await cluster.nodeClient(cluster.getRandomNode())
    await breaker(() => client.sendCommand(['PUBLISH', channel, text]))
  }

  /** On any node that is there; when it goes, on another. */
  async function subscribe(channel: string, { hear, lost, begun }: Subscriber) {
    const { url: _, ...options } = { ...CLIENT, url, socket: { ...CLIENT.socket, reconnectStrategy: false as const } }
    let subscriber: ReturnType<typeof createClient> | undefined
    let ended = false
    const subscribeOnce = async (): Promise<void> => {
      const { host, port } = cluster.masters.length > 0 ? cluster.getRandomNode() : { host: '', port: 0 }
      const at = new URL(url)
      if (host) at.host = `${host}:${port}`
      const client = createClient({ ...options, url: at.href, RESP: 2 })
      subscriber = client as ReturnType<typeof createClient>
      const over = new Promise<void>((resolve) => {
        client.on('error', () => resolve())
        client.on('end', () => resolve())
      })
      await client.connect()
      await client.subscribe(channel, hear)
      begun()
      await over
      client.destroy()
    }
    const keepSubscribed = async () => {
      while (!ended) {
        await subscribeOnce().catch(() => undefined)
        if (ended) return
        lost()
        await pause(CONNECT_AGAIN_MS)
      }
    }
    void keepSubscribed()
    return {
      close: async () => {
        ended = true
        if (subscriber?.isOpen) subscriber.destroy()
      },
    }
  }

  async function connect(): Promise<void> {
    while (!closed) {
      try {
        await cluster.connect()
        return
      } catch (error) {
        tell(error)
        await pause(CONNECT_AGAIN_MS)
      }
    }
  }

  const begunAt = performance.now()
  void connect()
  while (run() === undefined && performance.now() - begunAt < CONNECT_TIMEOUT_MS) await pause(10)
  return {
    run,
    isSpread: true,
    call,
    keys,
    publish,
    subscribe,
    close: async () => {
      closed = true
      if (cluster.isOpen) cluster.destroy()
    },
  }
}

const SLOTS = 16_384
