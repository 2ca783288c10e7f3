import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openFaultWorld } from './fault-world.ts'
import { runKills, seedsFrom } from './kills.ts'
import { runLoad } from './load.ts'
import { runRandomOrders } from './random-orders.ts'
import { runWriter } from './writer.ts'

// Everything that must hold whatever goes wrong: random orders, kills, and a mixed load with audits at its end.
const { values } = parseArgs({
  options: {
    parts: { type: 'string', default: 'orders,kills,writer,load' },
    seed: { type: 'string' },
    seeds: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '600' },
    writes: { type: 'string', default: '2000' },
    write: { type: 'boolean', default: false }, // what held, into results/
  },
})
const parts = values.parts.split(',')
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
const seeds = values.seed === undefined || parts.length > 1 ? Number(values.seeds) : 1
console.log(`faults: seed ${seed}, ${seeds} cases, a load of ${values.seconds} s`)
const PEOPLE = { kills: 6, writer: 6, load: 60 }
const RESULTS = fileURLToPath(new URL('./results/', import.meta.url))

async function keep(name: string, result: object): Promise<void> {
  if (!values.write) return
  await mkdir(RESULTS, { recursive: true })
  await writeFile(join(RESULTS, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`)
}

if (parts.includes('orders')) await keep('random-orders', await runRandomOrders(seed, seeds))
for (const part of ['kills', 'writer', 'load'] as const) {
  if (!parts.includes(part)) continue
  const world = await openFaultWorld(PEOPLE[part])
  try {
    if (part === 'kills') await keep('kills', await runKills(world, seedsFrom(seed, seeds)))
    else if (part === 'writer') await keep('writer', await runWriter(world, { seed, writes: Number(values.writes) }))
    else await keep('load', await runLoad(world, { seed, seconds: Number(values.seconds) }))
  } finally {
    await world.close()
  }
}
