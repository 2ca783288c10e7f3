import { parseArgs } from 'node:util'
import pg from 'pg'
import { connectionConfig } from '../src/platform/database/connection.ts'
import { describeMachine } from './measure/describe-machine.ts'
import { openBenchServer } from './measure/open-bench-server.ts'
import { openResults } from './measure/results.ts'
import { openWorld, type World } from './world.ts'
import { type Explained, explainStatement } from './worlds/explain-statement.ts'
import { hotCases } from './worlds/hot-statements.ts'
import { worldSizes } from './worlds/world-sizes.ts'

export interface ExplainResult {
  machine: object
  scale: number
  statements: Omit<Explained, 'text'>[]
  holds: Record<string, boolean>
}

/**
 * Explains the statements that users wait for, on a connection like the server's: by the plan for the values and by the plan without
 * them, since PostgreSQL takes either. `plans` are the plans themselves.
 */
export async function measureExplain(world: World): Promise<{ result: ExplainResult; plans: string }> {
  const client = new pg.Client({
    ...connectionConfig({ url: world.databaseUrl, prepare: true }, 'read'),
    pipeline: false,
  } as pg.ClientConfig)
  await client.connect()
  try {
    const explained: Explained[] = []
    for (const hot of await hotCases(client)) {
      for (const plan of ['custom', 'generic'] as const) explained.push(await explainStatement(client, hot, plan))
    }
    for (const { title, plan, breaches } of explained)
      for (const breach of breaches) console.error(`explain: ${title} (${plan}): ${breach}`)
    const plans = explained.map(({ title, plan, text }) => `== ${title}, ${plan} plan\n${text}\n`).join('\n')
    const result = {
      machine: await describeMachine(world.databaseUrl),
      scale: world.sizes.scale,
      statements: explained.map(({ text: _, ...figures }) => figures),
      holds: { 'no hot statement reads a big table through or sorts everything': explained.every(({ breaches }) => breaches.length === 0) },
    }
    return { result, plans }
  } finally {
    await client.query('truncate sessions cascade').catch(() => undefined)
    await client.end()
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { scale: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' }, embedded: { type: 'string' } },
  })
  const server = await openBenchServer(values.embedded)
  try {
    const world = await openWorld(server, worldSizes(Number(values.scale), Number(values.seed)))
    const { result, plans } = await measureExplain(world)
    const results = openResults(world.sizes.scale)
    await results.write('explain', result)
    await results.writeText('plans.txt', plans)
    for (const one of result.statements)
      console.log(
        `${one.executionMs.toFixed(2).padStart(8)} ms + ${one.planningMs.toFixed(2)}  ${one.buffers} buffers  ${one.title} (${one.plan})`,
      )
    if (Object.values(result.holds).includes(false)) process.exitCode = 1
  } finally {
    await server.close()
  }
}
