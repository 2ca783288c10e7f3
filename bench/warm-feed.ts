import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine } from './measure/describe-machine.ts'
import { driveWrk, type WrkOrder, type WrkResult } from './measure/drive-wrk.ts'
import { type NexusProcess, startNexusProcess } from './measure/nexus-process.ts'
import { openBenchServer } from './measure/open-bench-server.ts'
import { openResults } from './measure/results.ts'
import { signInReaders } from './measure/sign-in-readers.ts'
import { mediansOf, rounded } from './measure/statistics.ts'
import type { Target } from './measure/targets.ts'
import { processSeconds } from './measure/watch-cpu.ts'
import { startCeiling } from './peers/ceiling-process.ts'
import { openWorld, type World } from './world.ts'
import { readersOf, worldSizes } from './worlds/world-sizes.ts'

/** Figures of one contender in one round. Processor time is the server's own, in microseconds a request. */
export type WarmFigures = Record<'serverCpuUs' | 'requestsPerSecond' | 'p50' | 'p99' | 'max', number>

export interface WarmFeedResult {
  machine: object
  scale: number
  connections: number
  rounds: number
  secondsARound: number
  questions: Record<
    Question,
    {
      postsAPage: number
      bytesOfAnswer: number
      nexus: { median: WarmFigures; rounds: WarmFigures[] }
      plain: { median: WarmFigures; rounds: WarmFigures[] }
      /** The medians of the ratios within a round: how much of the plain route's processor time a request is, and how many of its p99. */
      ratios: { cpu: number; p99: number }
    }
  >
  holds: Record<string, boolean>
}

export interface WarmFeedOptions {
  rounds: number
  seconds: number
  connections: number
  redisUrl: string
}

type Question = 'feed' | 'feedWithOwn'

const FIELDS = 'id content author { username } createdAt likeCount commentCount shareCount'
const QUESTIONS: Record<Question, { fields: string; cpuMin: number }> = {
  feed: { fields: FIELDS, cpuMin: 0.4 },
  feedWithOwn: { fields: `${FIELDS} viewerHasLiked viewerHasShared`, cpuMin: 0.25 },
}
const P99_MAX = 5
const WARMUP_SECONDS = 2
/** Compiled code, plans, heads and rows are warm after so many answers to each reader. */
const ASKED_BEFORE = 2

/**
 * Reads warm feeds, each request as another reader by their own token and with their own id in the text, against a plain Fastify route that
 * makes JSON of an answer of the same size each time. The two take turns; what counts is the processor time of the server's process.
 */
export async function measureWarmFeed(world: World, options: WarmFeedOptions): Promise<WarmFeedResult> {
  const secret = randomBytes(32).toString('hex')
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-bench-'))
  const prefix = `bench-${randomBytes(4).toString('hex')}:`
  const environment = {
    NODE_ENV: 'production',
    AUTH_SECRET: secret,
    DATABASE_URL: world.databaseUrl,
    REDIS_URL: options.redisUrl,
    REDIS_PREFIX: prefix,
    NEXUS_DATA_DIR: dataDir,
  }
  const nexus = await startNexusProcess(environment, 'api')
  try {
    const authorizations = await signInReaders(world, secret)
    const questions = {} as WarmFeedResult['questions']
    for (const question of Object.keys(QUESTIONS) as Question[])
      questions[question] = await takeTurns(question, nexus, requestsFor(question, world, authorizations), options)
    return {
      machine: await describeMachine(world.databaseUrl),
      scale: world.sizes.scale,
      connections: options.connections,
      rounds: options.rounds,
      secondsARound: options.seconds,
      questions,
      holds: judge(questions),
    }
  } finally {
    await nexus.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

function requestsFor(question: Question, { sizes }: World, authorizations: string[]): WrkOrder['requests'] {
  const { stride } = readersOf(sizes)
  return authorizations.map((authorization, index) => {
    const query = `{ feed(userId: ${(index + 1) * stride}) { ${QUESTIONS[question].fields} } }`
    return { authorization, body: JSON.stringify({ query }) }
  })
}

async function takeTurns(
  question: Question,
  nexus: NexusProcess,
  requests: WrkOrder['requests'],
  { rounds, seconds, connections }: WarmFeedOptions,
): Promise<WarmFeedResult['questions'][Question]> {
  const { postsAPage, answer } = await askEveryReader(nexus, requests)
  const plain = await startCeiling(answer)
  const taken: Record<'nexus' | 'plain', WarmFigures[]> = { nexus: [], plain: [] }
  let bytesOfAnswer = 0
  try {
    const servers = { nexus, plain: { url: `http://127.0.0.1:${plain.port}`, pid: plain.pid } }
    for (let round = 1; round <= rounds; round += 1) {
      for (const name of ['plain', 'nexus'] as const) {
        const { url, pid } = servers[name]
        const order = { url: `${url}/graphql`, connections, requests }
        await driveWrk({ ...order, seconds: WARMUP_SECONDS })
        const before = await processSeconds(pid)
        const driven = await driveWrk({ ...order, seconds })
        const measured = figures(driven, (await processSeconds(pid)) - before)
        taken[name].push(measured)
        if (name === 'nexus') bytesOfAnswer = driven.bytesOfAnswer
        console.log(`warm ${question}: round ${round}, ${name}: ${JSON.stringify(measured)}`)
      }
    }
  } finally {
    await plain.stop()
  }
  const ratios = taken.nexus.map((ours, round) => ({
    cpu: (taken.plain[round]?.serverCpuUs ?? Number.NaN) / ours.serverCpuUs,
    p99: ours.p99 / (taken.plain[round]?.p99 ?? Number.NaN),
  }))
  return {
    postsAPage,
    bytesOfAnswer,
    nexus: { median: mediansOf(taken.nexus), rounds: taken.nexus },
    plain: { median: mediansOf(taken.plain), rounds: taken.plain },
    ratios: mediansOf(ratios),
  }
}

// Before anything is counted: that the answers are right, and that compiled code, plans, heads and rows are warm.
async function askEveryReader(nexus: NexusProcess, requests: WrkOrder['requests']): Promise<{ postsAPage: number; answer: unknown }> {
  const answers: { posts: number; text: string }[] = []
  for (const { authorization, body } of Array.from({ length: ASKED_BEFORE }, () => requests).flat()) {
    const headers = { 'content-type': 'application/json', authorization }
    const text = await (await fetch(`${nexus.url}/graphql`, { method: 'POST', headers, body })).text()
    const answer = JSON.parse(text) as { data?: { feed: unknown[] }; errors?: unknown }
    if (!answer.data || answer.errors) throw new Error(`a feed was refused: ${text.slice(0, 500)}`)
    answers.push({ posts: answer.data.feed.length, text })
  }
  const mean = (of: (one: (typeof answers)[number]) => number) => answers.reduce((sum, one) => sum + of(one), 0) / answers.length
  const bytes = mean(({ text }) => text.length)
  const nearest = answers.reduce((best, one) => (Math.abs(one.text.length - bytes) < Math.abs(best.text.length - bytes) ? one : best))
  return { postsAPage: rounded(mean(({ posts }) => posts)), answer: JSON.parse(nearest.text) }
}

function figures({ requests, requestsPerSecond, p50, p99, max }: WrkResult, cpuSeconds: number): WarmFigures {
  return { serverCpuUs: rounded((cpuSeconds * 1e6) / requests), requestsPerSecond, p50, p99, max }
}

/** What the table of the engine says of warm reads. */
export function targetsOfWarmFeed({ questions: { feed, feedWithOwn } }: WarmFeedResult): Target[] {
  const share = { unit: 'share', better: 'more' } as const
  return [
    { what: 'warm feed read, as a share of a plain route, by server CPU', value: feed.ratios.cpu, atLeast: 0.4, aim: 0.6, ...share },
    { what: 'the same with viewerHasLiked and viewerHasShared', value: feedWithOwn.ratios.cpu, atLeast: 0.25, aim: 0.45, ...share },
    {
      what: `p99 at 32 connections, against that route's`,
      value: feed.ratios.p99,
      atLeast: P99_MAX,
      aim: 3,
      unit: 'times',
      better: 'less',
    },
  ]
}

function judge(questions: WarmFeedResult['questions']): WarmFeedResult['holds'] {
  return Object.fromEntries(
    (Object.keys(QUESTIONS) as Question[]).flatMap((question) => {
      const { cpu, p99 } = questions[question].ratios
      const { cpuMin } = QUESTIONS[question]
      return [
        [`${question}: the plain route takes at least ${cpuMin} of its processor time`, cpu >= cpuMin],
        [`${question}: p99 is at most ${P99_MAX} times the plain route's`, p99 <= P99_MAX],
      ]
    }),
  )
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      scale: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      embedded: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '32' },
    },
  })
  const server = await openBenchServer(values.embedded)
  try {
    const world = await openWorld(server, worldSizes(Number(values.scale), Number(values.seed)))
    const [rounds, seconds, connections] = [values.rounds, values.seconds, values.connections].map(Number) as [number, number, number]
    const redisUrl = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'
    const result = await measureWarmFeed(world, { rounds, seconds, connections, redisUrl })
    await openResults(world.sizes.scale).write('warm-feed', result)
    for (const [name, { ratios, bytesOfAnswer, postsAPage }] of Object.entries(result.questions))
      console.log(name, ratios, { bytesOfAnswer, postsAPage })
    console.log(result.holds)
  } finally {
    await server.close()
  }
}
