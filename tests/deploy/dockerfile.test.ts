import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSource } from '../../tools/tidy-source.ts'
import { PROJECT, readCopy, readDockerfile, readImage } from './read-deployment.ts'

const stages = readDockerfile()
const image = stages.at(-1) ?? []
const copies = (stage: typeof image) => stage.filter(({ name }) => name === 'COPY').map(({ rest }) => readCopy(rest))

describe('the image', () => {
  it('is built on a version that is named, of the major version that the project pins', () => {
    const { node } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')).devDependencies
    const bases = stages.map((stage) => stage[0]?.rest ?? '').filter((from) => from.includes(':'))
    expect(bases.length).toBeGreaterThan(0)
    for (const base of bases) expect(base).toMatch(new RegExp(`^node:${node.split('.')[0]}[-\\w.]*( AS \\w+)?$`))
  })

  it('runs as an ordinary user in a folder of its own', () => {
    const user = image.findLastIndex(({ name }) => name === 'USER')
    expect(image[user]?.rest).toBe('node')
    expect(image.slice(user).filter(({ name }) => ['RUN', 'COPY', 'ADD'].includes(name))).toEqual([])
    expect(image.find(({ name }) => name === 'WORKDIR')?.rest).toBe('/app')
  })

  it('starts node without a shell between, so that SIGTERM reaches it', () => {
    const { entrypoint, command, healthcheck } = readImage()
    expect([...entrypoint, ...command]).toEqual(['node', 'src/main.ts', 'start'])
    expect(healthcheck.slice(0, 2)).toEqual(['node', '-e'])
  })

  it('listens where the outside can reach it, as in production', () => {
    expect(readImage().environment).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0', PORT: '4000' })
    expect(image.find(({ name }) => name === 'EXPOSE')?.rest).toBe('4000')
  })

  it('copies what is there and what .dockerignore lets through', () => {
    const sent = readFileSync(join(PROJECT, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1))
    const sources = stages.flatMap(copies).flatMap(({ from, sources }) => (from === undefined ? sources : []))
    expect(sources).toContain('src')
    for (const source of sources) {
      expect(existsSync(join(PROJECT, source)), `${source} exists`).toBe(true)
      expect(sent, `.dockerignore lets ${source} through`).toContain(source.split('/')[0])
    }
  })

  it('builds the web with the settings that web/tsconfig.json extends', () => {
    const { extends: extended } = JSON.parse(readFileSync(join(PROJECT, 'web/tsconfig.json'), 'utf8'))
    const web = stages.find((stage) => stage[0]?.rest === 'base AS pages') ?? []
    expect(copies(web).flatMap(({ sources }) => sources)).toContain(join('web', extended))
  })

  it('takes from other stages only by names that there are', () => {
    const names = stages.map((stage) => / AS (\w+)$/.exec(stage[0]?.rest ?? '')?.[1])
    for (const { from } of copies(image)) if (from !== undefined) expect(names).toContain(from)
  })

  it('has every package that src/ imports among the dependencies that it installs', () => {
    const { dependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'))
    const files = globSync('src/**/*.ts', { cwd: PROJECT })
    const imported = files.flatMap((file) => readSource(readFileSync(join(PROJECT, file), 'utf8')).imports)
    const packages = imported.map(({ specifier }) => specifier).filter((name) => !/^(\.|node:)/.test(name))
    const names = new Set(
      packages.map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      ),
    )
    expect(Object.keys(dependencies)).toEqual(expect.arrayContaining([...names]))
  })
})
