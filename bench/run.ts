import { parseArgs } from 'node:util'
import { measureExplain } from './explain.ts'
import { measureFeed } from './feed.ts'
import { measureHeads } from './heads.ts'
import { measureImport } from './import.ts'
import { openBenchServer } from './measure/open-bench-server.ts'
import { openResults } from './measure/results.ts'
import { plotResults } from './plot.ts'
import { measureStart } from './start.ts'
import { writeTable } from './table.ts'
import { dropWorld, openWorld } from './world.ts'
import { worldSizes } from './worlds/world-sizes.ts'

// Everything in one go: the world, the plans, the feed against its peers, the start, the import; then the table and the plots. It ends
// with code 1 when something that must hold does not.
const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    embedded: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '8' },
    connections: { type: 'string', default: '8' },
    keep: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
const redisUrl = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'
const server = await openBenchServer(values.embedded)
try {
  const world = await openWorld(server, worldSizes(Number(values.scale), Number(values.seed)), { fresh: true })
  const explained = await measureExplain(world)
  const measured = {
    explain: explained.result,
    feed: await measureFeed(world, { rounds, seconds: Number(values.seconds), connections: Number(values.connections) }),
    heads: await measureHeads(redisUrl, { heads: 2000, appends: 500 }),
    start: await measureStart(rounds),
    import: await measureImport(server, Math.min(rounds, 3)),
  }
  const results = openResults(world.sizes.scale)
  for (const [name, result] of Object.entries({ world: world.made ?? {}, ...measured })) await results.write(name, result)
  await results.writeText('plans.txt', explained.plans)
  await writeTable(results)
  await plotResults(results)
  console.log(`results: ${results.folder}`)
  for (const { holds } of Object.values(measured)) {
    for (const [what, does] of Object.entries(holds)) {
      console.log(`${does ? 'holds' : 'DOES NOT HOLD'}: ${what}`)
      if (!does) process.exitCode = 1
    }
  }
} finally {
  if (!values.keep) await dropWorld(server)
  await server.close()
}
