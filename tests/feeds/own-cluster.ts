import { setTimeout as pause } from 'node:timers/promises'
import { type OwnRedis, startOwnRedis } from './own-redis.ts'

/** A Redis Cluster of a test's own: three masters, and a replica of the first. */
export interface OwnCluster {
  /** Of the second master, which no test stops. */
  url: string
  masters: [OwnRedis, OwnRedis, OwnRedis]
  replica: OwnRedis
  close(): Promise<void>
}

const FORM_MS_MAX = 20_000
const SLOTS = [
  [0, 5460],
  [5461, 10_922],
  [10_923, 16_383],
] as const
const CLUSTER = ['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf', '--cluster-node-timeout', '1000']

export async function startOwnCluster(): Promise<OwnCluster> {
  const nodes = await Promise.all([0, 1, 2, 3].map(() => startOwnRedis(CLUSTER)))
  const [first, second, third, replica] = nodes as [OwnRedis, OwnRedis, OwnRedis, OwnRedis]
  const masters: OwnCluster['masters'] = [first, second, third]
  for (const [place, master] of masters.entries()) {
    const [from, to] = SLOTS[place]!
    await master.send('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to))
    await master.send('CLUSTER', 'SET-CONFIG-EPOCH', String(place + 1))
  }
  for (const node of nodes.slice(1)) await first.send('CLUSTER', 'MEET', '127.0.0.1', new URL(node.url).port)
  await until(async () => (await allSay(nodes, 'INFO')).every((said) => said.includes('cluster_known_nodes:4')))
  await replica.send('CLUSTER', 'REPLICATE', String(await first.send('CLUSTER', 'MYID')))
  await until(async () => (await allSay(nodes, 'INFO')).every((said) => said.includes('cluster_state:ok')))
  await until(async () => String(await replica.send('INFO', 'replication')).includes('master_link_status:up'))
  return {
    url: second.url,
    masters,
    replica,
    close: async () => {
      await Promise.all(nodes.map((node) => node.close()))
    },
  }
}

async function allSay(nodes: readonly OwnRedis[], what: string): Promise<string[]> {
  return Promise.all(nodes.map(async (node) => String(await node.send('CLUSTER', what))))
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const limit = Date.now() + FORM_MS_MAX
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > limit) throw new Error('the cluster does not form')
    await pause(50)
  }
}
