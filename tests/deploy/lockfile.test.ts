import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PROJECT } from './read-deployment.ts'

interface Locked {
  optionalDependencies?: Record<string, string>
}

// npm writes the packages of the machine that it ran on, and then refuses the lockfile as incomplete, here or on the next machine.
it('package-lock.json has the packages of every platform', () => {
  const { packages } = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> }
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`]),
  )
  expect(missing).toEqual([])
})
