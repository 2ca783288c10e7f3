import { readdir } from 'node:fs/promises'
import fastify, { type FastifyInstance } from 'fastify'
import { expect, it, onTestFinished } from 'vitest'
import { registerPlayground, sendPlayground } from '../../src/api/playground.ts'

const ASSETS = new URL('../../web/dist/assets/', import.meta.url)
const NEVER_BUILT = new URL('./never-built/', import.meta.url)

it('answers with the page under a policy that lets no script in but our own files', async () => {
  const server = await serverWith({ enabled: true })
  const page = await server.inject('/graphql')

  expect(page.statusCode).toBe(200)
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(page.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', vary: 'accept' })
  const policy = String(page.headers['content-security-policy']).split('; ')
  expect(policy).toContain("script-src 'self'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(page.body).not.toMatch(/<script(?![^>]*\bsrc=)/)
  expect(page.body).not.toMatch(/(?:src|href)="(?!\/playground\/assets\/)/)
})

it('serves every asset for good, compressed where the browser takes it', async () => {
  const server = await serverWith({ enabled: true })
  const names = (await readdir(ASSETS)).filter((name) => name.endsWith('.js'))
  expect(names.length).toBeGreaterThan(3)

  for (const name of names) {
    const asset = await server.inject({ url: `/playground/assets/${name}`, headers: { 'accept-encoding': 'br' } })
    expect(asset.statusCode).toBe(200)
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(asset.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'content-encoding': 'br' })
    expect(asset.headers['content-type']).toMatch(/^(text|application)\/javascript/)
  }
  expect((await server.inject('/playground/assets/..%2findex.html')).statusCode).not.toBe(200)
})

it('says how to build the page where it was never built, and warns once at the start', async () => {
  const lines: string[] = []
  const server = await serverWith({ enabled: true, from: NEVER_BUILT }, lines)
  const page = await server.inject('/graphql')

  expect(page.statusCode).toBe(200)
  expect(page.body).toContain('npm run build -w web')
  expect(page.body).not.toContain('<script')
  expect(lines.filter((line) => line.includes('npm run build -w web'))).toHaveLength(1)
})

it('answers NOT_FOUND where the playground is switched off', async () => {
  const server = await serverWith({ enabled: false })
  const answer = await server.inject('/graphql')

  expect(answer.statusCode).toBe(404)
  expect(answer.json()).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'NOT_FOUND' } }] })
  expect((await server.inject('/playground/assets/')).statusCode).toBe(404)
})

async function serverWith(options: { enabled: boolean; from?: URL }, lines: string[] = []): Promise<FastifyInstance> {
  const server = fastify({ logger: { level: 'warn', stream: { write: (line: string) => lines.push(line) } } })
  onTestFinished(() => server.close())
  await registerPlayground(server, options)
  server.get('/graphql', (_request, reply) => sendPlayground(reply))
  return server
}
