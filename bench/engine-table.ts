import type { EngineResult } from './engine.ts'
import { median } from './measure/statistics.ts'
import { reaches, type Target } from './measure/targets.ts'
import type { PeerName, PeersResult } from './peers.ts'

const PEER_NAMES: Record<PeerName, string> = {
  nexus: 'Nexus, warm, through GraphQL with tokens and all rules',
  'sorted-set': 're-created: a sorted set a reader, a job a follower',
  pull: 're-created: one open query at reading',
  orm: 're-created: what an object mapper makes of it',
}

/** The table of the engine, out of all runs that are there: the median of the runs is what counts. */
export function engineTable(runs: readonly EngineResult[]): string {
  const [first] = runs
  if (!first) return ''
  const rows = first.targets.map((target) => {
    const values = runs.map(({ targets }) => targets.find(({ what }) => what === target.what)?.value ?? Number.NaN)
    const middle: Target = { ...target, value: median(values) }
    const met = reaches(middle, target.atLeast) ? (reaches(middle, target.aim) ? 'yes, and the aim' : 'yes') : '**no**'
    const bound = target.better === 'more' ? 'at least' : 'at most'
    const cells = [target.what, `**${shown(middle, middle.value)}**`, values.map((value) => shown(target, value)).join(', ')]
    return `| ${[...cells, `${bound} ${shown(target, target.atLeast)}`, shown(target, target.aim), met].join(' | ')} |`
  })
  return `## The feed engine

The median of ${runs.length === 1 ? 'one run' : `${runs.length} runs`}, each on a world made anew; what was measured stands in \`run-N/\`.

| | median | runs | must be | aim | met |
| --- | ---: | ---: | ---: | ---: | --- |
${rows.join('\n')}

${peersTable(runs)}`
}

function shown({ unit }: Pick<Target, 'unit'>, value: number): string {
  if (unit === 'share') return String(Math.round(value * 1000) / 1000)
  return `${Math.round(value * 10) / 10} ${unit}`
}

function peersTable(runs: readonly EngineResult[]): string {
  const all = runs.flatMap(({ scenarios }) => (scenarios.peers as PeersResult | undefined) ?? [])
  const [first] = all
  if (!first) return ''
  const rows = (Object.keys(PEER_NAMES) as PeerName[]).map((name) => {
    const middle = (figure: keyof PeersResult['contenders'][PeerName]) => median(all.map(({ contenders }) => contenders[name][figure]))
    return `| ${PEER_NAMES[name]} | ${middle('requestsPerSecond').toLocaleString('en')} | ${middle('p50')} | ${middle('p99')} | ${middle('serverCpuMs')} | ${middle('databaseCpuMs')} |`
  })
  return `### Beside others

First pages of 20 posts with authors and counts, for the same ${first.readers} readers on the same rows, ${first.connections} connections in turn. The others are re-creations from published
mechanics, each a plain route without tokens, GraphQL and rules of who may see what; the sorted set delivers ${median(all.map(({ deliveriesByFollower }) => deliveriesByFollower)).toLocaleString('en')} entries a second with a job for each follower.

| | reads/s | p50 ms | p99 ms | CPU ms, server | CPU ms, PostgreSQL |
| --- | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}`
}
