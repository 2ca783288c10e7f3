import type { FeedFigures, FeedResult } from './feed.ts'
import { openResults, type Results } from './measure/results.ts'

interface Bar {
  label: string
  value: number
  /** The least and the greatest of the rounds. */
  range: [number, number]
  shown: string
  colour: 'ours' | 'peer'
}

const WIDTH = 720
const LABEL_WIDTH = 230
const VALUE_WIDTH = 110
const ROW_HEIGHT = 34
const TOP = 46

/** Draws the results as SVG: bars of the medians with the spread of the rounds. Colours follow the reader's light or dark. */
export async function plotResults(results: Results): Promise<void> {
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

function drawBars(title: string, bars: Bar[]): string {
  const height = TOP + bars.length * ROW_HEIGHT + 14
  const most = Math.max(...bars.map((bar) => bar.range[1]))
  const scale = (value: number) => (value / most) * (WIDTH - LABEL_WIDTH - VALUE_WIDTH)
  const rows = bars.map((bar, index) => drawBar(bar, TOP + index * ROW_HEIGHT, scale))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">
<style>
text { font: 14px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.ours { fill: #2563eb }
.peer { fill: #8b949e }
.range { stroke: #1f2328; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .ours { fill: #6ea8fe } .range { stroke: #e6edf3 } }
</style>
<text class="title" x="8" y="24">${escaped(title)}</text>
${rows.join('\n')}
</svg>
`
}

function drawBar({ label, value, range, shown, colour }: Bar, y: number, scale: (value: number) => number): string {
  const middle = y + ROW_HEIGHT / 2
  const [least, greatest] = range.map((each) => LABEL_WIDTH + scale(each)) as [number, number]
  const spread =
    greatest - least < 1 ? '' : `<line class="range" x1="${place(least)}" x2="${place(greatest)}" y1="${middle}" y2="${middle}"/>`
  return `<text x="${LABEL_WIDTH - 10}" y="${middle + 5}" text-anchor="end">${escaped(label)}</text>
<rect class="${colour}" x="${LABEL_WIDTH}" y="${y + 6}" width="${place(scale(value))}" height="${ROW_HEIGHT - 12}" rx="3"/>
${spread}<text x="${place(greatest + 8)}" y="${middle + 5}">${escaped(shown)}</text>`
}

function place(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

if (import.meta.main) await plotResults(openResults(1))
