import { createHash } from 'node:crypto'
import { createClient } from '@redis/client'
import type { Logger } from 'pino'
import { Unavailable } from '../unavailable.ts'
import { makeBreaker } from './breaker.ts'

export const CONNECT_TIMEOUT_MS = 2000
const RECONNECT_MS = { first: 50, max: 2000 }
const COMMANDS_WAITING_MAX = 20_000
/** A dead peer that closed nothing is found by this. */
const PING_MS = 5000

/** A Lua script, known to Redis by its digest. */
export interface Script {
  readonly text: string
  readonly digest: string
}

export function script(text: string): Script {
  return { text, digest: createHash('sha1').update(text).digest('hex') }
}

export type Reply = string | number | null | Reply[]

export interface Redis {
  /**
   * The run_id of the server behind this connection; undefined while there is none. A server that was restarted, restored or replaced
   * has another, and it is known before the first command goes to it.
   */
  run(): string | undefined
  /** Whether keys lie on several servers, each with those of its own hash tags: then a call takes keys of one tag alone. */
  readonly isSpread: boolean
  /** Runs a script. @throws Unavailable when there is no connection, and when no answer comes in time */
  call(script: Script, keys: readonly string[], args: readonly string[]): Promise<Reply>
  /** Keys that match a pattern, up to `count`, in no order. @throws Unavailable */
  keys(pattern: string, count: number): Promise<string[]>
  /** @throws Unavailable */
  publish(channel: string, text: string): Promise<void>
  /** Subscribes on a connection of its own. One that breaks stands again by itself. */
  subscribe(channel: string, subscriber: Subscriber): Promise<{ close(): Promise<void> }>
  close(): Promise<void>
}

export interface Subscriber {
  hear(message: string): void
  /** The subscription broke, or never stood. */
  lost(): void
  /** It stands for the first time. */
  begun(): void
}

export interface RedisSettings {
  url: string
  /** An answer that takes longer counts as none. */
  answerMs: number
}

/** How each connection is made. */
export const CLIENT = {
  disableOfflineQueue: true,
  commandsQueueMaxLength: COMMANDS_WAITING_MAX,
  pingInterval: PING_MS,
  socket: {
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectStrategy: (retries: number) => Math.min(RECONNECT_MS.first * 2 ** Math.min(retries, 10), RECONNECT_MS.max),
  },
}

/** Opens a connection to one Redis. A server that does not answer yet is waited for in the background. */
export async function openRedis({ url, answerMs }: RedisSettings, log: Logger): Promise<Redis> {
  const client = createClient({ url, RESP: 2, ...CLIENT })
  const breaker = makeBreaker({ answerMs })
  let runId: string | undefined
  let told = false

  const forget = () => {
    runId = undefined
  }
  client.on('error', (error: Error) => {
    forget()
    if (!told) log.warn({ error: error.message }, 'Redis does not answer: feeds come from the database until it does')
    told = true
  })
  client.on('reconnecting', forget)
  client.on('end', forget)
  client.on('ready', () => {
    // Until this is answered there is no run, and so no other command.
    void meet().catch(forget)
  })

  async function meet(): Promise<void> {
    runId = await runOf(client)
    if (told) log.info('Redis answers again')
    told = false
  }

  async function call(asked: Script, keys: readonly string[], args: readonly string[]): Promise<Reply> {
    if (runId === undefined) throw new Unavailable('Redis is not connected')
    return breaker(() => runScript(client, asked, keys, args))
  }

  async function keys(pattern: string, count: number): Promise<string[]> {
    if (runId === undefined) throw new Unavailable('Redis is not connected')
    const found = new Set<string>()
    for await (const batch of client.scanIterator({ MATCH: pattern, COUNT: 1000 })) {
      for (const key of batch) found.add(key)
      if (found.size >= count) break
    }
    return [...found].slice(0, count)
  }

  async function publish(channel: string, text: string): Promise<void> {
    if (runId === undefined) throw new Unavailable('Redis is not connected')
    await breaker(() => client.sendCommand(['PUBLISH', channel, text]))
  }

  async function subscribe(channel: string, { hear, lost, begun }: Subscriber) {
    const subscriber = client.duplicate()
    for (const event of ['error', 'end', 'reconnecting'] as const) subscriber.on(event, lost)
    void subscriber
      .connect()
      .then(() => subscriber.subscribe(channel, hear))
      .then(begun, lost)
    return { close: async () => subscriber.destroy() }
  }

  // connect() would wait for a server that is away; the first attempt is waited for, so that one that is there is used at once.
  const connected = client.connect().then(
    () => undefined,
    () => undefined,
  )
  await Promise.race([connected.then(() => settled(() => runId !== undefined)), pause(CONNECT_TIMEOUT_MS)])
  return {
    run: () => runId,
    isSpread: false,
    call,
    keys,
    publish,
    subscribe,
    close: async () => {
      forget()
      client.destroy()
    },
  }
}

type Sender = { sendCommand(args: string[]): Promise<unknown> }

/** The run_id of the server behind a connection. */
export async function runOf(client: Sender): Promise<string | undefined> {
  return /run_id:(\w+)/.exec(String(await client.sendCommand(['INFO', 'server'])))?.[1]
}

/** Runs a script by its digest, and by its text where the server does not know it. */
export async function runScript(client: Sender, asked: Script, keys: readonly string[], args: readonly string[]): Promise<Reply> {
  const rest = [String(keys.length), ...keys, ...args]
  try {
    return (await client.sendCommand(['EVALSHA', asked.digest, ...rest])) as Reply
  } catch (error) {
    if (!(error as Error).message.startsWith('NOSCRIPT')) throw error
    return (await client.sendCommand(['EVAL', asked.text, ...rest])) as Reply
  }
}

async function settled(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100 && !isSo(); turn += 1) await pause(10)
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
