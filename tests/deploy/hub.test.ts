import { readFile } from 'node:fs/promises'
import fastify, { type FastifyInstance } from 'fastify'
import { expect, it, onTestFinished } from 'vitest'
import { registerHub } from '../../src/api/hub.ts'

const BUILT = new URL('../../docs/dist/', import.meta.url)
const NEVER_BUILT = new URL('./never-built/', import.meta.url)

it('serves its pages under a policy that names every script that stands inside of one', async () => {
  const server = await serverWith({ enabled: true })
  const page = await server.inject('/docs/')
  const policy = String(page.headers['content-security-policy'])

  expect(page.statusCode).toBe(200)
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  for (const digest of JSON.parse(await readFile(new URL('script-digests.json', BUILT), 'utf8'))) expect(policy).toContain(`'${digest}'`)
  expect(/script-src[^;]*/.exec(policy)?.[0]).not.toContain('unsafe-inline')
  expect(page.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' })
  expect(page.body.replace(/<svg[\s\S]*?<\/svg>/g, '')).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
})

it('serves what bears its digest in its name for good, compressed where the browser takes it', async () => {
  const server = await serverWith({ enabled: true })
  const script = /\/docs\/_astro\/[\w.-]+\.js/.exec((await server.inject('/docs/')).body)?.[0]
  const asset = await server.inject({ url: String(script), headers: { 'accept-encoding': 'br' } })

  expect(asset.statusCode).toBe(200)
  expect(asset.headers).toMatchObject({ 'cache-control': 'public, max-age=31536000, immutable', 'content-encoding': 'br' })
})

it('leads to the page that was meant, and to nothing beside the pages', async () => {
  const server = await serverWith({ enabled: true })

  expect((await server.inject('/docs')).headers.location).toBe('/docs/')
  expect((await server.inject('/docs/feeds')).headers.location).toBe('/docs/feeds/')
  expect((await server.inject('/docs/no-such-page/')).statusCode).toBe(404)
  expect((await server.inject('/docs/script-digests.json')).statusCode).toBe(404)
  expect((await server.inject('/docs/..%2fpackage.json')).statusCode).not.toBe(200)
})

it('says how to build it where it was never built, and is nothing where it is switched off', async () => {
  const lines: string[] = []
  const unbuilt = await (await serverWith({ enabled: true, from: NEVER_BUILT }, lines)).inject('/docs/')
  expect(unbuilt.statusCode).toBe(404)
  expect(unbuilt.body).toContain('npm run build -w docs')
  expect(lines.filter((line) => line.includes('npm run build -w docs'))).toHaveLength(1)

  expect((await (await serverWith({ enabled: false })).inject('/docs/')).statusCode).toBe(404)
})

async function serverWith(options: { enabled: boolean; from?: URL }, lines: string[] = []): Promise<FastifyInstance> {
  const server = fastify({ logger: { level: 'warn', stream: { write: (line: string) => lines.push(line) } } })
  onTestFinished(() => server.close())
  server.setErrorHandler((error, _request, reply) => reply.code(404).send({ errors: [{ message: (error as Error).message }] }))
  await registerHub(server, options)
  return server
}
