import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

export const PROJECT = join(import.meta.dirname, '../..')

/** What of a service in compose.yaml the tests look at, after interpolation. */
export interface Service {
  image: string
  build?: { context: string; dockerfile: string }
  command?: string[]
  environment?: Record<string, string>
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string[] }
  volumes?: string[]
  ports?: string[]
  restart?: string
  stop_grace_period?: string
  logging?: { options: Record<string, string> }
}

export interface Composed {
  name: string
  services: Record<string, Service>
  volumes: Record<string, unknown>
}

/**
 * Reads compose.yaml as compose would with these variables: merge keys, `${NAME:-default}`, `${NAME:?sentence}` and `$$`.
 * @throws Error with the sentence when a variable that is needed is not among them.
 */
export function readCompose(variables: Record<string, string>): Composed {
  const text = readFileSync(join(PROJECT, 'deploy/compose.yaml'), 'utf8')
  return interpolate(parse(text, { merge: true }), variables) as Composed
}

function interpolate(node: unknown, variables: Record<string, string>): unknown {
  if (typeof node === 'string') return interpolateText(node, variables)
  if (Array.isArray(node)) return node.map((item) => interpolate(item, variables))
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, interpolate(value, variables)]))
}

function interpolateText(text: string, variables: Record<string, string>): string {
  return text.replace(/\$(?:\$|\{(\w+)(?::([-?])([^}]*))?\})/g, (found, name?: string, mark?: string, rest = '') => {
    if (name === undefined) return '$'
    const value = variables[name]
    if (value !== undefined && value !== '') return value
    if (mark === '-') return rest
    throw new Error(mark === '?' ? `${name}: ${rest}` : `${found} has neither a default nor a sentence`)
  })
}

/** One line of the Dockerfile: `COPY` and what follows it, continued lines joined. */
export interface Instruction {
  name: string
  rest: string
}

/** The Dockerfile's stages, the image itself last, each from its FROM on. What comes before the first is a stage only if it is there. */
export function readDockerfile(): Instruction[][] {
  const text = readFileSync(join(PROJECT, 'deploy/Dockerfile'), 'utf8')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, ' ')
  const instructions = [...text.matchAll(/^([A-Z]+) +(.+)$/gm)].map(([, name = '', rest = '']) => ({ name, rest }))
  const stages: Instruction[][] = []
  for (const instruction of instructions) {
    if (instruction.name === 'FROM' || stages.length === 0) stages.push([])
    stages.at(-1)?.push(instruction)
  }
  return stages
}

/** What the image says to whoever starts it. */
export function readImage(): { entrypoint: string[]; command: string[]; environment: Record<string, string>; healthcheck: string[] } {
  const image = readDockerfile().at(-1) ?? []
  const last = (name: string) => image.findLast((instruction) => instruction.name === name)?.rest ?? ''
  const environment = image.filter(({ name }) => name === 'ENV').flatMap(({ rest }) => rest.split(/\s+/).map((pair) => pair.split('=')))
  return {
    entrypoint: JSON.parse(last('ENTRYPOINT')),
    command: JSON.parse(last('CMD')),
    environment: Object.fromEntries(environment),
    healthcheck: JSON.parse(last('HEALTHCHECK').replace(/^.*?CMD /, '')),
  }
}

/** What a COPY takes, and the stage that it takes it from: undefined is the project's folder. */
export function readCopy(rest: string): { from: string | undefined; sources: string[]; target: string } {
  const words = rest.split(/\s+/)
  const paths = words.filter((word) => !word.startsWith('--'))
  return { from: /--from=(\S+)/.exec(rest)?.[1], sources: paths.slice(0, -1), target: paths.at(-1) ?? '' }
}
