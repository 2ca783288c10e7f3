import { buildSchema, isObjectType } from 'graphql'
import { afterEach, describe, expect, it } from 'vitest'
import { type Nexus, startNexus } from '../cast.ts'
import { send, sendJson } from './verbs.ts'

let nexus: Nexus
afterEach(() => nexus.close())

async function start(environment: Record<string, string> = {}): Promise<void> {
  nexus = await startNexus({ environment, roles: ['api'] })
}

/** What a browser asks before it sends a query from a page of `origin`. */
async function preflight(origin: string): Promise<Record<string, string | null>> {
  const asked = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' }
  const { headers } = await send(nexus, '/graphql', { method: 'OPTIONS', headers: asked })
  const told = (name: string) => headers.get(`access-control-allow-${name}`)
  return { origin: told('origin'), methods: told('methods'), headers: told('headers'), credentials: told('credentials') }
}

async function originToldTo(origin: string): Promise<string | null> {
  const { headers } = await sendJson(nexus, { query: '{ me { id } }' }, { origin })
  return headers.get('access-control-allow-origin')
}

const LET_IN = (origin: string) => ({ origin, methods: 'GET, POST', headers: 'authorization, content-type', credentials: null })

describe('a page of another origin', () => {
  it('is let in when it is configured, and no other is', async () => {
    await start({ CORS_ORIGINS: 'https://app.test, https://admin.test' })
    for (const origin of ['https://app.test', 'https://admin.test']) {
      expect(await preflight(origin)).toEqual(LET_IN(origin))
      expect(await originToldTo(origin)).toBe(origin)
    }
    for (const origin of [
      'https://evil.test',
      'http://app.test',
      'https://app.test.evil.test',
      'https://app.test:444',
      'null',
      'http://localhost:3000',
    ]) {
      expect([origin, (await preflight(origin)).origin, await originToldTo(origin)]).toEqual([origin, null, null])
    }
  })

  it('is let in whoever it is with *', async () => {
    await start({ CORS_ORIGINS: '*' })
    for (const origin of ['https://anyone.test', 'http://localhost:1'])
      expect((await preflight(origin)).origin).toMatch(new RegExp(`^(\\*|${origin})$`))
  })

  it('is of this machine alone when nothing is configured', async () => {
    await start()
    for (const origin of ['http://localhost:3000', 'http://127.0.0.1:5173', 'http://[::1]:80', 'https://localhost']) {
      expect(await preflight(origin)).toEqual(LET_IN(origin))
    }
    for (const origin of [
      'https://evil.test',
      'http://localhost.evil.test',
      'http://evil.test/localhost',
      'http://127.0.0.1.evil.test:80',
    ]) {
      expect([origin, (await preflight(origin)).origin, await originToldTo(origin)]).toEqual([origin, null, null])
    }
  })

  it('is nobody in production when nothing is configured', async () => {
    await start({ NODE_ENV: 'production' })
    for (const origin of ['http://localhost:3000', 'https://app.test']) {
      expect([(await preflight(origin)).origin, await originToldTo(origin)]).toEqual([null, null])
    }
  })

  it('never has its answers mixed up in a cache with those of another', async () => {
    await start({ CORS_ORIGINS: 'https://app.test,https://admin.test' })
    const { headers } = await sendJson(nexus, { query: '{ me { id } }' }, { origin: 'https://app.test' })
    expect(headers.get('vary')?.toLowerCase()).toContain('origin')
  })
})

describe('the SDL', () => {
  it('can be downloaded, by pages of other origins too, and is a schema of the types that are served', async () => {
    await start({ CORS_ORIGINS: 'https://app.test' })
    const { status, headers, text } = await send(nexus, '/schema.graphql', { headers: { origin: 'https://app.test' } })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, 'https://app.test'])
    expect(headers.get('content-type')).toBe('application/graphql; charset=utf-8')
    expect(headers.get('content-disposition')).toContain('filename="schema.graphql"')
    const types = Object.values(buildSchema(text).getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__'))
    const { __schema } = await nexus.ask('{ __schema { types { name kind } } }')
    const served = __schema.types.filter((type: { name: string; kind: string }) => type.kind === 'OBJECT' && !type.name.startsWith('__'))
    expect(types.map((type) => type.name).sort()).toEqual(served.map((type: { name: string }) => type.name).sort())
  })
})

it('answers with headers that keep a page from being framed or guessed at', async () => {
  await start()
  const { headers } = await sendJson(nexus, { query: '{ me { id } }' })
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'")
  expect(headers.get('x-powered-by')).toBeNull()
})
