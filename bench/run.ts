import { parseArgs } from 'node:util'
import { measureEngine } from './engine.ts'
import { measureExplain } from './explain.ts'
import { measureFeed } from './feed.ts'
import { measureImport } from './import.ts'
import { openBenchServer } from './measure/open-bench-server.ts'
import { openResults } from './measure/results.ts'
import { plotResults } from './plot.ts'
import { measureStart } from './start.ts'
import { writeTable } from './table.ts'
import { dropWorld, openWorld } from './world.ts'
import { worldSizes } from './worlds/world-sizes.ts'

// Everything in one go: the world, the plans, the feed by the truth, the engine's table, the start, the import; then the tables and the plots. `--run N`
// says which of several runs this is. It ends with code 1 when something that must hold does not.
const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' }, // --scale small: to try it out
    seed: { type: 'string', default: '1' },
    embedded: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '8' },
    connections: { type: 'string', default: '8' },
    keep: { type: 'boolean', default: false },
    run: { type: 'string', default: '1' },
  },
})
const SMALL = 0.05
const rounds = Number(values.rounds)
const server = await openBenchServer(values.embedded)
try {
  const world = await openWorld(server, worldSizes(values.scale === 'small' ? SMALL : Number(values.scale), Number(values.seed)), {
    fresh: true,
  })
  const explained = await measureExplain(world)
  const engine = await measureEngine(world)
  const measured = {
    explain: explained.result,
    feed: await measureFeed(world, { rounds, seconds: Number(values.seconds), connections: Number(values.connections) }),
    start: await measureStart(rounds),
    import: await measureImport(server, Math.min(rounds, 3)),
  }
  const results = openResults(world.sizes.scale)
  for (const [name, result] of Object.entries({ world: world.made ?? {}, ...measured })) await results.write(name, result)
  await results.writeText('plans.txt', explained.plans)
  await openResults(world.sizes.scale, Number(values.run)).write('engine', { machine: explained.result.machine, ...engine })
  await writeTable(results)
  await plotResults(results)
  console.log(`results: ${results.folder}`)
  for (const { holds } of [...Object.values(measured), engine]) {
    for (const [what, does] of Object.entries(holds)) {
      console.log(`${does ? 'holds' : 'DOES NOT HOLD'}: ${what}`)
      if (!does) process.exitCode = 1
    }
  }
} finally {
  if (!values.keep) await dropWorld(server)
  await server.close()
}
