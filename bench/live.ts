import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import WebSocket from 'ws'
import { describeSystem } from './measure/describe-machine.ts'
import { startNexusProcess } from './measure/nexus-process.ts'
import { inDatabase, onServer, openBenchServer } from './measure/open-bench-server.ts'
import { openResults } from './measure/results.ts'
import { type Latency, rounded, summarise } from './measure/statistics.ts'
import { type LivePeople, signUpPeople } from './worlds/live-people.ts'

export interface LiveResult {
  machine: object
  connections: number
  followsEach: number
  /** Resident memory of the process, in MB, before and after everybody has subscribed to both, and some seconds' rest. */
  memoryMb: { before: number; after: number; aConnection: number }
  /** From sending the mutation to the message on the socket. */
  likeToSocketMs: { idle: Latency; whileDeliveriesWait?: Latency }
  holds: Record<string, boolean>
}

const MEMORY_MB_MAX = 400
const IDLE_P99_MS_MAX = 150
const BUSY_P99_MS_MAX = 1000
/** Done before any is counted. */
const WARM_UP_LIKES = 30
const SECRET = 'the secret of the benchmark, which nobody needs to guess'
const DATABASE = 'nexus_bench_live'

/** Opens that many idle sockets, each subscribed to feed and notifications, and measures memory; then the way of a like to its author's socket. */
export async function measureLive({ connections, likes, deliveries }: LiveSizes): Promise<LiveResult> {
  const server = await openBenchServer()
  const databaseUrl = inDatabase(server.url, DATABASE)
  await onServer(server.url, `drop database if exists ${DATABASE} with (force)`)
  await onServer(server.url, `create database ${DATABASE}`)
  const environment = {
    DATABASE_URL: databaseUrl,
    AUTH_SECRET: SECRET,
    REDIS_URL: process.env.REDIS_URL ?? '',
    REDIS_PREFIX: 'bench-live:',
    AMQP_URL: process.env.AMQP_URL ?? '',
    RATE_LIMIT_WRITES: '1000000',
  }
  const nexus = await startNexusProcess(environment)
  try {
    const people = await signUpPeople(databaseUrl, SECRET, connections)
    const before = await residentMb(nexus.pid)
    const sockets = await openSockets(nexus.url, people)
    await new Promise((resolve) => setTimeout(resolve, 5000))
    const after = await residentMb(nexus.pid)
    console.log(`live: ${connections} connections, ${before} MB before, ${after} MB after`)
    await timeLikes(nexus.url, people, sockets, 2 * likes, WARM_UP_LIKES)
    const idle = summarise(await timeLikes(nexus.url, people, sockets, 0, likes))
    console.log(`live: like to socket, idle: p50 ${idle.p50} ms, p99 ${idle.p99} ms`)
    await addDeliveries(databaseUrl, deliveries)
    const busy = summarise(await timeLikes(nexus.url, people, sockets, likes, likes))
    console.log(`live: like to socket, while deliveries wait: p50 ${busy.p50} ms, p99 ${busy.p99} ms`)
    for (const socket of sockets) socket.terminate()
    return {
      machine: describeSystem(),
      connections,
      followsEach: people.followsEach,
      memoryMb: { before, after, aConnection: rounded((after - before) / connections) },
      likeToSocketMs: { idle, whileDeliveriesWait: busy },
      holds: {
        [`${connections} idle connections on one process take less than ${MEMORY_MB_MAX} MB`]: after < MEMORY_MB_MAX,
        [`a like is on its author's socket within ${IDLE_P99_MS_MAX} ms at p99 on an idle system`]: idle.p99 < IDLE_P99_MS_MAX,
        [`and within ${BUSY_P99_MS_MAX} ms while ${deliveries} deliveries wait`]: busy.p99 < BUSY_P99_MS_MAX,
      },
    }
  } finally {
    await nexus.stop()
    await onServer(server.url, `drop database if exists ${DATABASE} with (force)`)
    await server.close()
  }
}

export interface LiveSizes {
  connections: number
  likes: number
  /** Deliveries on the bulk lane that wait while likes are timed again. */
  deliveries: number
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return rounded(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)
}

const AT_ONCE = 40

async function openSockets(url: string, { tokens }: LivePeople): Promise<WebSocket[]> {
  const sockets: WebSocket[] = []
  for (let first = 0; first < tokens.length; first += AT_ONCE)
    sockets.push(...(await Promise.all(tokens.slice(first, first + AT_ONCE).map((token) => subscribe(url, token)))))
  return sockets
}

function subscribe(url: string, token: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const send = (message: object) => socket.send(JSON.stringify(message))
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }))
    socket.on('message', (text) => {
      const { type } = JSON.parse(String(text))
      if (type === 'pong') resolve(socket)
      if (type !== 'connection_ack') return
      send({ type: 'subscribe', id: 'feed', payload: { query: 'subscription { feedItemAdded { cursor node { id content } } }' } })
      send({ type: 'subscribe', id: 'told', payload: { query: 'subscription { notificationAdded { id kind actorCount post { id } } }' } })
      send({ type: 'ping' })
    })
  })
}

/** One like after the other, each of another post by another author, and how long until it is on the author's socket. */
async function timeLikes(url: string, { tokens, posts }: LivePeople, sockets: WebSocket[], from: number, count: number): Promise<number[]> {
  const times: number[] = []
  for (let author = from; author < from + count; author += 1) {
    const told = new Promise<void>((resolve) => {
      sockets[author]?.on('message', (text) => {
        if (String(text).includes('notificationAdded')) resolve()
      })
    })
    const began = performance.now()
    const answer = fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens[(author + 1) % tokens.length]}` },
      body: JSON.stringify({ query: `mutation { likePost(postId: ${posts[author]}) { post { id } } }` }),
    })
    await told
    times.push(performance.now() - began)
    const { errors } = (await (await answer).json()) as { errors?: object[] }
    if (errors) throw new Error(JSON.stringify(errors))
  }
  return times
}

/** Rows of the bulk lane, as a large author's post makes them: each a chunk of followers to be reached. */
async function addDeliveries(databaseUrl: string, count: number): Promise<void> {
  await onServer(
    databaseUrl,
    `insert into jobs (name, lane, payload)
     select 'feeds.fan-out-chunk', 'bulk', jsonb_build_object('entryId', p.id, 'actorId', p.author_id, 'above', 0, 'upTo', 9007199254740991)
     from (select id, author_id from posts limit 1) p, generate_series(1, ${count})`,
  )
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      connections: { type: 'string', default: '5000' },
      likes: { type: 'string', default: '200' },
      deliveries: { type: 'string', default: '100000' },
    },
  })
  const result = await measureLive({
    connections: Number(values.connections),
    likes: Number(values.likes),
    deliveries: Number(values.deliveries),
  })
  await openResults(values.connections === '5000' ? 1 : Number(values.connections)).write('live', result)
  console.log(result.holds)
}
