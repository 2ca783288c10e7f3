import type { EngineResult } from './engine.ts'
import { engineTable } from './engine-table.ts'
import type { ExplainResult } from './explain.ts'
import type { FeedResult } from './feed.ts'
import type { GrowthResult } from './growth.ts'
import type { ImportResult } from './import.ts'
import type { Machine } from './measure/describe-machine.ts'
import { openResults, type Results } from './measure/results.ts'
import type { StartResult } from './start.ts'
import type { WorldResult } from './world.ts'

/** Writes the README.md of the results from those that are there: nothing in it is typed by hand. */
export async function writeTable(results: Results): Promise<void> {
  const world = await results.read<WorldResult>('world')
  const feed = await results.read<FeedResult>('feed')
  const explain = await results.read<ExplainResult>('explain')
  const start = await results.read<StartResult>('start')
  const imported = await results.read<ImportResult>('import')
  const growth = await results.read<GrowthResult>('growth')
  const engines = await readRuns(results)
  const parts = [
    '# Results\n\nWritten by `npx node bench/run.ts`; [bench/README.md](../README.md) says what each figure means and how to measure again.',
    world && describe(world),
    holdsTable([feed, explain, start, imported].filter((each) => each !== undefined)),
    engineTable(engines),
    growth && growthTable(growth),
    feed && feedTable(feed),
    explain && explainTable(explain),
    start && startTable(start),
    imported && importTable(imported),
  ]
  await results.writeText('README.md', `${parts.filter(Boolean).join('\n\n')}\n`)
}

const RUNS_MAX = 9

async function readRuns(results: Results): Promise<EngineResult[]> {
  const numbers = Array.from({ length: RUNS_MAX }, (_, index) => index + 1)
  return (await Promise.all(numbers.map((run) => results.read<EngineResult>(`run-${run}/engine`)))).flatMap((run) => run ?? [])
}

function growthTable({ points, follows }: GrowthResult): string {
  const rows = points.map((point) => [
    number(point.users),
    number(point.databaseMb),
    number(point.heads),
    number(Math.round(point.headsMb)),
    ...[point.warmMs, point.coldMs, point.pullMs, point.ormMs, point.deliveredMs].map(ms),
  ])
  const head = [
    'users',
    'database MB',
    'heads',
    'heads MB',
    'warm ms',
    'cold ms',
    'open query ms',
    'object mapper ms',
    'delivered after ms',
  ]
  return `## Growth

Each user follows ${follows} others, a tenth have a head. Processor time of the server and of PostgreSQL, a read of 20 posts; the open query and the object
mapper are re-creations.

${table(head, rows)}

![What a read costs as Nexus grows](growth.svg)`
}

function describe({ machine, sizes, shape, seconds }: WorldResult): string {
  const settings = Object.entries((machine as Machine).settings).map(([name, value]) => `${name} ${value}`)
  const { cores, memoryGb, node, postgresql } = machine as Machine
  return `**Machine**: ${cores} cores, ${memoryGb} GB of memory, Node ${node}, PostgreSQL ${postgresql} (${settings.join(', ')}). Server, database and load share it.

**World** (scale ${sizes.scale}, seed ${sizes.seed}, fingerprint \`${shape.fingerprint}\`): ${Object.entries(shape.rows)
    .map(([table, rows]) => `${number(rows)} ${table}`)
    .join(', ')}; ${number(shape.sizeMb)} MB. A user follows ${spread(shape.follows)} and is followed by ${spread(shape.followers)}.
Made in ${number(seconds.total ?? Number.NaN)} s with \`vacuum analyze\` and a check that finds no drift in the counts.`
}

function spread({ median, p99, max }: WorldResult['shape']['follows']): string {
  return `${number(median)} (median), ${number(p99)} (p99), ${number(max)} (most)`
}

function holdsTable(measured: { holds: Record<string, boolean> }[]): string {
  const lines = measured.flatMap(({ holds }) => Object.entries(holds).map(([what, holds]) => [what, holds ? 'yes' : '**no**']))
  return `## What must hold\n\n${table(['', 'holds'], lines)}`
}

function feedTable({ contenders, ratios, connections, rounds, secondsARound, postsAPage, bytesOfAnswer }: FeedResult): string {
  const names = { graphql: 'Nexus: GraphQL', pgbench: 'pgbench: the statement alone', ceiling: 'plain Fastify: the same JSON' }
  const rows = (Object.keys(names) as (keyof typeof names)[]).map((name) => {
    const { median } = contenders[name]
    const cpu =
      name === 'pgbench' ? ['', ms(median.databaseCpuMs)] : [ms(median.serverCpuMs), name === 'ceiling' ? '' : ms(median.databaseCpuMs)]
    return [names[name], number(median.requestsPerSecond), ms(median.mean), ms(median.p50), ms(median.p95), ms(median.p99), ...cpu]
  })
  return `## Home feed by the truth

${postsAPage} posts a page on average, each with its author and three counts (${number(bytesOfAnswer)} bytes of HTTP), every request as another reader; ${connections} connections,
${rounds} rounds of ${secondsARound} s, the contenders taking turns; medians of the rounds.

${table(['', 'requests/s', 'mean ms', 'p50', 'p95', 'p99', 'CPU ms, server', 'CPU ms, PostgreSQL'], rows)}

GraphQL to pgbench **${ratios.graphqlToPgbench}**, GraphQL to the ceiling ${ratios.graphqlToCeiling}, p99 to mean ${ratios.p99ToMean}.

![Home feed reads a second](feed-throughput.svg)
![Latency of a home feed](feed-latency.svg)
![Processor time of a home feed](feed-cpu.svg)`
}

function explainTable({ statements }: ExplainResult): string {
  const rows = statements.map((one) => [
    one.title,
    one.plan,
    ms(one.planningMs),
    ms(one.executionMs),
    number(one.buffers),
    number(one.rowsTouched),
    number(one.heapFetches),
    one.breaches.join('; ') || 'none',
  ])
  const head = ['', 'plan', 'planning ms', 'execution ms', 'buffers', 'rows touched', 'heap fetches', 'breaches']
  return `## Hot statements\n\nOne run each, warm; the plans are in [plans.txt](plans.txt).\n\n${table(head, rows)}`
}

function startTable({ median, rounds, seconds }: StartResult): string {
  const row = (name: string, middle: number, all: number[]) => [name, `${middle} s`, all.join(', ')]
  return `## Start to first answer, embedded PostgreSQL\n\n${table(
    ['', `median of ${rounds}`, 'all'],
    [row('first start, empty data directory', median.first, seconds.first), row('second start', median.second, seconds.second)],
  )}`
}

function importTable({ median, rounds, rows, seconds }: ImportResult): string {
  const what = Object.entries(rows).map(([name, count]) => `${number(count)} ${name}`)
  return `## Import of the LDBC graph\n\n${what.join(', ')}: **${median} s** (median of ${rounds}: ${seconds.join(', ')}), the start of the process included.`
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

function number(value: number): string {
  return value.toLocaleString('en')
}

function ms(value: number): string {
  return value.toFixed(2)
}

if (import.meta.main) await writeTable(openResults(1))
