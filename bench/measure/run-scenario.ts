import { parseArgs } from 'node:util'
import { openWorld, type World } from '../world.ts'
import { worldSizes } from '../worlds/world-sizes.ts'
import { openBenchServer } from './open-bench-server.ts'
import { openResults } from './results.ts'
import type { Target } from './targets.ts'

export interface ScenarioOptions {
  rounds: number
  seconds: number
}

interface ScenarioResult {
  targets: Target[]
  holds: Record<string, boolean>
}

/** Runs one scenario alone, on the world that is there or a new one, and writes what it measured. */
export async function runScenario(
  name: string,
  measure: (world: World, options: ScenarioOptions) => Promise<ScenarioResult>,
): Promise<void> {
  const { values } = parseArgs({
    options: {
      scale: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '6' },
    },
  })
  const server = await openBenchServer()
  try {
    const world = await openWorld(server, worldSizes(Number(values.scale), Number(values.seed)))
    const result = await measure(world, { rounds: Number(values.rounds), seconds: Number(values.seconds) })
    await openResults(world.sizes.scale).write(name, result)
    for (const { what, value, atLeast, aim } of result.targets) console.log(`${what}: ${value} (at least ${atLeast}, aim ${aim})`)
    if (Object.values(result.holds).includes(false)) process.exitCode = 1
  } finally {
    await server.close()
  }
}
