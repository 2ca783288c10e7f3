import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine } from './measure/describe-machine.ts'
import { driveLoad } from './measure/drive-load.ts'
import { type NexusProcess, startNexusProcess } from './measure/nexus-process.ts'
import { openBenchServer } from './measure/open-bench-server.ts'
import { openResults } from './measure/results.ts'
import { signInReaders } from './measure/sign-in-readers.ts'
import { type Latency, mediansOf, rounded, summarise } from './measure/statistics.ts'
import { type CpuUse, watchCpu } from './measure/watch-cpu.ts'
import { startCeiling } from './peers/ceiling-process.ts'
import { runPgbench } from './peers/pgbench.ts'
import { openWorld, type World } from './world.ts'
import { readersOf, worldSizes } from './worlds/world-sizes.ts'

/** Figures of one contender in one round. Processor times are in milliseconds a request. */
export type FeedFigures = Record<keyof Latency | 'requestsPerSecond' | 'serverCpuMs' | 'databaseCpuMs' | 'clientCpuMs', number>

export interface FeedResult {
  machine: object
  scale: number
  connections: number
  rounds: number
  secondsARound: number
  postsAPage: number
  bytesOfAnswer: number
  contenders: Record<Contender, { median: FeedFigures; rounds: FeedFigures[] }>
  /** The medians of the ratios within a round: both were measured a few seconds apart. */
  ratios: { graphqlToPgbench: number; graphqlToCeiling: number; p99ToMean: number }
  holds: Record<string, boolean>
}

type Contender = 'graphql' | 'pgbench' | 'ceiling'

export interface FeedOptions {
  rounds: number
  seconds: number
  connections: number
}

const PAGE = 20
const WARMUP_SECONDS = 2
const RATIO_TO_PGBENCH_MIN = 0.4
const P99_TO_MEAN_MAX = 4

const QUERY = `{ homeFeed(first: ${PAGE}) { edges { node { id content createdAt author { id username displayName } likeCount commentCount shareCount } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`

/**
 * Reads home feeds by the truth: through GraphQL, each request as another reader; the statement alone by pgbench; and the same JSON from a
 * plain Fastify route. They take turns (A B C A B C …), so that what disturbs the machine disturbs all of them.
 */
export async function measureFeed(world: World, options: FeedOptions): Promise<FeedResult> {
  const secret = randomBytes(32).toString('hex')
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-bench-'))
  const environment = { NODE_ENV: 'production', AUTH_SECRET: secret, DATABASE_URL: world.databaseUrl, NEXUS_DATA_DIR: dataDir }
  const nexus = await startNexusProcess(environment, 'api')
  try {
    const authorizations = await signInReaders(world, secret)
    const { postsAPage, answer } = await checkAnswers(nexus, authorizations)
    const ceiling = await startCeiling(answer)
    try {
      return await takeTurns(world, options, { nexus, ceiling, authorizations, postsAPage })
    } finally {
      await ceiling.stop()
    }
  } finally {
    await nexus.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

// Every reader is asked once before anything is counted: that the answers are right, and that compiled code, plans and caches are warm.
async function checkAnswers(nexus: NexusProcess, authorizations: string[]): Promise<{ postsAPage: number; answer: unknown }> {
  let posts = 0
  let fullest = { edges: -1, answer: {} as unknown }
  for (const authorization of authorizations) {
    const response = await fetch(`${nexus.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query: QUERY }),
    })
    const answer = (await response.json()) as { data?: { homeFeed: { edges: unknown[] } }; errors?: unknown }
    if (!answer.data || answer.errors) throw new Error(`a feed was refused: ${JSON.stringify(answer).slice(0, 500)}`)
    const edges = answer.data.homeFeed.edges.length
    posts += edges
    if (edges > fullest.edges) fullest = { edges, answer }
  }
  return { postsAPage: rounded(posts / authorizations.length), answer: fullest.answer }
}

interface Stage {
  nexus: NexusProcess
  ceiling: { port: number; pid: number }
  authorizations: string[]
  postsAPage: number
}

async function takeTurns(world: World, { rounds, seconds, connections }: FeedOptions, stage: Stage): Promise<FeedResult> {
  const { nexus, ceiling, authorizations, postsAPage } = stage
  const taken: Record<Contender, FeedFigures[]> = { graphql: [], pgbench: [], ceiling: [] }
  let bytesOfAnswer = 0

  const drive = async (port: number, pid: number): Promise<FeedFigures> => {
    const order = { host: '127.0.0.1', port, connections, seconds, body: JSON.stringify({ query: QUERY }), authorizations }
    await driveLoad({ ...order, seconds: WARMUP_SECONDS })
    const [{ milliseconds, failed, ...load }, cpu] = await Promise.all([driveLoad(order), watchCpu(world.databaseUrl, pid, seconds)])
    if (failed > 0) throw new Error(`${failed} of ${load.requests} answers were not good`)
    bytesOfAnswer = load.bytesOfAnswer
    return figures(milliseconds, seconds, cpu, load.cpuSeconds)
  }
  const turns: Record<Contender, () => Promise<FeedFigures>> = {
    graphql: () => drive(Number(new URL(nexus.url).port), nexus.pid),
    pgbench: async () => {
      const order = { databaseUrl: world.databaseUrl, clients: connections, readers: readersOf(world.sizes), limit: PAGE + 1 }
      await runPgbench({ ...order, seconds: WARMUP_SECONDS })
      const [{ milliseconds }, cpu] = await Promise.all([
        runPgbench({ ...order, seconds }),
        watchCpu(world.databaseUrl, undefined, seconds),
      ])
      return figures(milliseconds, seconds, cpu, 0)
    },
    ceiling: () => drive(ceiling.port, ceiling.pid),
  }

  for (let round = 1; round <= rounds; round += 1) {
    for (const contender of Object.keys(turns) as Contender[]) {
      const measured = await turns[contender]()
      taken[contender].push(measured)
      console.log(`feed: round ${round}, ${contender}: ${measured.requestsPerSecond}/s, mean ${measured.mean} ms, p99 ${measured.p99} ms`)
    }
  }
  const contenders = {
    graphql: { median: mediansOf(taken.graphql), rounds: taken.graphql },
    pgbench: { median: mediansOf(taken.pgbench), rounds: taken.pgbench },
    ceiling: { median: mediansOf(taken.ceiling), rounds: taken.ceiling },
  }
  const ratios = ratiosOf(taken)
  return {
    machine: await describeMachine(world.databaseUrl),
    scale: world.sizes.scale,
    connections,
    rounds,
    secondsARound: seconds,
    postsAPage,
    bytesOfAnswer,
    contenders,
    ratios,
    holds: {
      'GraphQL is at least 0.4 of pgbench': ratios.graphqlToPgbench >= RATIO_TO_PGBENCH_MIN,
      'p99 is within four times the mean': ratios.p99ToMean <= P99_TO_MEAN_MAX,
    },
  }
}

function figures(milliseconds: number[], seconds: number, cpu: CpuUse, clientCpuSeconds: number): FeedFigures {
  const requestsPerSecond = milliseconds.length / seconds
  return {
    requestsPerSecond: Math.round(requestsPerSecond),
    ...summarise(milliseconds),
    serverCpuMs: rounded((cpu.server * 1000) / requestsPerSecond),
    databaseCpuMs: rounded((cpu.database * 1000) / requestsPerSecond),
    clientCpuMs: rounded((clientCpuSeconds * 1000) / milliseconds.length),
  }
}

function ratiosOf(taken: Record<Contender, FeedFigures[]>): FeedResult['ratios'] {
  const perRound = taken.graphql.map((graphql, round) => ({
    graphqlToPgbench: graphql.requestsPerSecond / (taken.pgbench[round]?.requestsPerSecond ?? Number.NaN),
    graphqlToCeiling: graphql.requestsPerSecond / (taken.ceiling[round]?.requestsPerSecond ?? Number.NaN),
    p99ToMean: graphql.p99 / graphql.mean,
  }))
  return mediansOf(perRound)
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      scale: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      embedded: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '8' },
      connections: { type: 'string', default: '8' },
    },
  })
  const server = await openBenchServer(values.embedded)
  try {
    const world = await openWorld(server, worldSizes(Number(values.scale), Number(values.seed)))
    const options = { rounds: Number(values.rounds), seconds: Number(values.seconds), connections: Number(values.connections) }
    const result = await measureFeed(world, options)
    await openResults(world.sizes.scale).write('feed', result)
    console.log(result.ratios, result.holds)
  } finally {
    await server.close()
  }
}
