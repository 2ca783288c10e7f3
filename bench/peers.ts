import { HOME_FEED } from './cold-feed.ts'
import { driveLoad } from './measure/drive-load.ts'
import { idsUpToNow } from './measure/ids-of-now.ts'
import { startNexusProcess } from './measure/nexus-process.ts'
import { AMQP_URL, type Engine, openEngine, REDIS_URL } from './measure/open-engine.ts'
import { runScenario } from './measure/run-scenario.ts'
import { signInReaders } from './measure/sign-in-readers.ts'
import { mediansOf, rounded, summarise } from './measure/statistics.ts'
import { watchCpu } from './measure/watch-cpu.ts'
import { deliverByFollower, fillSortedSets } from './peers/sorted-sets.ts'
import { type Peer, type PeerProcess, startPeer } from './peers/start-peer.ts'
import type { World } from './world.ts'
import { readersOf } from './worlds/world-sizes.ts'

export type PeerName = 'nexus' | Peer
export type PeerFigures = Record<'requestsPerSecond' | 'p50' | 'p99' | 'serverCpuMs' | 'databaseCpuMs', number>

export interface PeersResult {
  readers: number
  connections: number
  contenders: Record<PeerName, PeerFigures>
  /** Deliveries a second of the sorted set with one job for each follower. */
  deliveriesByFollower: number
  targets: []
  holds: Record<string, boolean>
}

const CONNECTIONS = 8
const WARMUP_SECONDS = 2
const DELIVERIES = 40_000
const PEERS: readonly Peer[] = ['sorted-set', 'pull', 'orm']

/** Reads the same feeds as they are served elsewhere, re-created from published mechanics, in turn with warm ones of Nexus. */
export async function measurePeers(world: World, { rounds, seconds }: { rounds: number; seconds: number }): Promise<PeersResult> {
  const engine = await openEngine(world)
  const prefix = `${engine.environment.REDIS_PREFIX}peer:`
  const nexus = await startNexusProcess(engine.environment, 'api')
  const peers: PeerProcess[] = []
  try {
    const { count, stride } = readersOf(world.sizes)
    const ids = Array.from({ length: count }, (_, index) => (index + 1) * stride)
    const orders = {
      nexus: { port: Number(new URL(nexus.url).port), pid: nexus.pid, authorizations: await signInReaders(world, engine.secret) },
    }
    await drive({ ...orders.nexus }, 0, true)
    await fillSortedSets(engine.bare, prefix, await headsOf(engine, ids))
    const contenders: Partial<Record<PeerName, { port: number; pid: number; authorizations: string[] }>> = { ...orders }
    for (const peer of PEERS) {
      const environment = { DATABASE_URL: world.databaseUrl, REDIS_URL, PEER_PREFIX: prefix }
      const started = await startPeer(peer, environment)
      peers.push(started)
      contenders[peer] = { ...started, authorizations: ids.map(String) }
    }
    const taken: Partial<Record<PeerName, PeerFigures[]>> = {}
    for (let round = 1; round <= rounds; round += 1)
      for (const [name, order] of Object.entries(contenders) as [PeerName, (typeof orders)['nexus']][]) {
        await drive(order, WARMUP_SECONDS)
        const [load, cpu] = await Promise.all([drive(order, seconds), watchCpu(world.databaseUrl, order.pid, seconds)])
        const perSecond = load.requests / seconds
        const { p50, p99 } = summarise(load.milliseconds)
        const figures = {
          requestsPerSecond: Math.round(perSecond),
          p50,
          p99,
          serverCpuMs: rounded((cpu.server * 1000) / perSecond),
          databaseCpuMs: rounded((cpu.database * 1000) / perSecond),
        }
        taken[name] = [...(taken[name] ?? []), figures]
        console.log(`peers: round ${round}, ${name}: ${JSON.stringify(figures)}`)
      }
    const medians = Object.fromEntries(Object.entries(taken).map(([name, each]) => [name, mediansOf(each)])) as PeersResult['contenders']
    return {
      readers: count,
      connections: CONNECTIONS,
      contenders: medians,
      deliveriesByFollower: await deliver(engine, prefix, ids),
      targets: [],
      holds: { 'a warm read costs less than each of the peers': isCheapest(medians) },
    }
  } finally {
    for (const peer of peers) await peer.stop()
    await nexus.stop()
    await engine.close()
  }
}

async function drive(order: { port: number; authorizations: string[] }, seconds: number, once = false) {
  const load = await driveLoad({
    host: '127.0.0.1',
    connections: CONNECTIONS,
    seconds,
    once,
    body: JSON.stringify({ query: HOME_FEED }),
    ...order,
  })
  if (load.failed > 0) throw new Error(`${load.failed} of ${load.requests} answers were not good`)
  return load
}

async function headsOf({ heads, pulse }: Engine, viewerIds: readonly number[]): Promise<Map<number, number[]>> {
  const now = await pulse()
  return new Map(await Promise.all(viewerIds.map(async (id) => [id, (await heads.readWhole(now, id))?.ids ?? []] as const)))
}

async function deliver({ bare }: Engine, prefix: string, viewers: readonly number[]): Promise<number> {
  const entries = await idsUpToNow(Math.ceil(DELIVERIES / viewers.length))
  const order = entries.flatMap((entryId) => viewers.map((viewer) => ({ entryId, viewer }))).slice(0, DELIVERIES)
  const perSecond = await deliverByFollower(bare, AMQP_URL, prefix, order)
  console.log(`peers: sorted set with a job for each follower: ${perSecond} deliveries/s`)
  return perSecond
}

function isCheapest(contenders: PeersResult['contenders']): boolean {
  const cost = (name: PeerName) => contenders[name].serverCpuMs + contenders[name].databaseCpuMs
  return PEERS.every((peer) => cost('nexus') < cost(peer))
}

if (import.meta.main) await runScenario('peers', measurePeers)
