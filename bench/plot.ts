import type { EngineResult } from './engine.ts'
import type { FeedFigures, FeedResult } from './feed.ts'
import type { GrowthResult } from './growth.ts'
import { type Bar, drawBars, drawLines } from './measure/draw-plots.ts'
import { openResults, type Results } from './measure/results.ts'

/** Draws the results as SVG: bars of the medians with the spread of the rounds. Colours follow the reader's light or dark. */
export async function plotResults(results: Results): Promise<void> {
  await plotGrowth(results)
  await plotEngine(results)
  const feed = await results.read<FeedResult>('feed')
  if (!feed) return
  await results.writeText(
    'feed-throughput.svg',
    drawBars('Home feed reads a second (more is better)', barsOf(feed, 'requestsPerSecond', '/s', NAMES)),
  )
  await results.writeText(
    'feed-latency.svg',
    drawBars('Home feed through GraphQL, milliseconds (less is better)', [
      ...(['p50', 'mean', 'p95', 'p99'] as const).flatMap((figure) => barsOf(feed, figure, ' ms', { graphql: figure })),
    ]),
  )
  const { median } = feed.contenders.graphql
  const cpu = (label: string, value: number): Bar => ({ label, value, range: [value, value], shown: `${value} ms`, colour: 'ours' })
  await results.writeText(
    'feed-cpu.svg',
    drawBars('Processor time of one home feed, milliseconds', [
      cpu('PostgreSQL', median.databaseCpuMs),
      cpu('Nexus', median.serverCpuMs),
      cpu('(the load client)', median.clientCpuMs),
    ]),
  )
}

/** What a read costs at each size, beside what others would. */
export async function plotGrowth(results: Results): Promise<void> {
  const growth = await results.read<GrowthResult>('growth')
  if (!growth) return
  const line = (label: string, figure: 'warmMs' | 'coldMs' | 'pullMs' | 'ormMs', colour: Bar['colour']) => ({
    label,
    colour,
    points: growth.points.map((point): [number, number] => [point.users, point[figure]]),
  })
  const lines = [
    line('Nexus, warm', 'warmMs', 'ours'),
    line('Nexus, cold', 'coldMs', 'ours'),
    line('open query', 'pullMs', 'peer'),
    line('object mapper', 'ormMs', 'peer'),
  ]
  await results.writeText('growth.svg', drawLines('Processor time of one read by users, milliseconds, both by powers of ten', lines))
}

/** The shares of the engine's table, and those of what they are aimed at. */
async function plotEngine(results: Results): Promise<void> {
  const run = await results.read<EngineResult>('run-1/engine')
  if (!run) return
  const shares = run.targets.filter(({ unit }) => unit === 'share')
  const bars = shares.flatMap(({ what, value, atLeast, aim }): Bar[] => [
    { label: shortened(what), value, range: [value, value], shown: String(value), colour: 'ours' },
    { label: 'must be, and aim', value: atLeast, range: [atLeast, aim], shown: `${atLeast}, ${aim}`, colour: 'peer' },
  ])
  await results.writeText('engine.svg', drawBars('The engine, as shares of what could be (more is better)', bars))
}

const LABEL_MAX = 30

function shortened(text: string): string {
  return text.length <= LABEL_MAX ? text : `${text.slice(0, LABEL_MAX - 1)}…`
}

const NAMES = { graphql: 'Nexus, GraphQL', pgbench: 'pgbench, the statement alone' }

function barsOf(
  feed: FeedResult,
  figure: keyof FeedFigures,
  unit: string,
  names: Partial<Record<keyof FeedResult['contenders'], string>>,
): Bar[] {
  return (Object.entries(names) as [keyof FeedResult['contenders'], string][]).map(([contender, label]) => {
    const { median, rounds } = feed.contenders[contender]
    const values = rounds.map((round) => round[figure])
    const shown = `${median[figure].toLocaleString('en', { maximumFractionDigits: 2 })}${unit}`
    return {
      label,
      value: median[figure],
      range: [Math.min(...values), Math.max(...values)],
      shown,
      colour: contender === 'graphql' ? 'ours' : 'peer',
    }
  })
}

if (import.meta.main) await plotResults(openResults(1))
