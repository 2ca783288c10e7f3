import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { refuse } from '../refusals.ts'

/** Where `npm run build -w web` puts the page and its assets. */
const BUILT = new URL('../../web/dist/', import.meta.url)

/** Everything from our own origin and no inline script. Monaco sets styles inline and draws its cursors and icons from data: URLs. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

declare module 'fastify' {
  interface FastifyInstance {
    /** The page that GET /graphql shows to a browser; null where the playground is switched off. */
    playgroundPage?: string | null
  }
}

/**
 * Serves the playground's assets under /playground/ and keeps its page for `sendPlayground`. Where it was never built, the page says so, and
 * everything else works as ever.
 */
export async function registerPlayground(server: FastifyInstance, options: { enabled: boolean; from?: URL }): Promise<void> {
  const { enabled, from = BUILT } = options
  const page = enabled ? await readPage(from) : undefined
  server.decorate('playgroundPage', enabled ? (page ?? NOT_BUILT_PAGE) : null)
  if (page) return serveAssets(server, from)
  if (enabled) server.log.warn('The playground was not built: GET /graphql says so. Build it with: npm run build -w web')
}

/** Answers with the playground's page and the policy that holds it to our own origin, or with NOT_FOUND where it is switched off. */
export function sendPlayground(reply: FastifyReply): FastifyReply {
  const page = reply.server.playgroundPage
  // The same address answers queries, so no cache may take the one answer for the other.
  const vary = [reply.getHeader('vary') ?? [], 'accept'].flat().join(', ')
  reply.header('vary', vary).header('cache-control', 'no-cache')
  if (!page) {
    const refusal = refuse('request.not-found', { sentence: 'The playground is switched off. Send a query instead.' })
    return reply.code(refusal.status).send({ errors: [{ message: refusal.message, extensions: { code: refusal.code } }] })
  }
  return reply
    .headers({
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    })
    .type('text/html; charset=utf-8')
    .send(page)
}

/** Every asset bears the hash of its content in its name. A worker lives by the policy of its own answer, so they all have it. */
async function serveAssets(server: FastifyInstance, from: URL): Promise<void> {
  await server.register(fastifyStatic, {
    root: fileURLToPath(new URL('assets/', from)),
    prefix: '/playground/assets/',
    decorateReply: false,
    index: false,
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
    setHeaders(reply) {
      reply.headers({ 'content-security-policy': CONTENT_SECURITY_POLICY, 'x-content-type-options': 'nosniff' })
    },
  })
}

async function readPage(from: URL): Promise<string | undefined> {
  try {
    return await readFile(new URL('index.html', from), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const NOT_BUILT_PAGE = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Nexus</title>
  <style>body { max-width: 40rem; margin: 4rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }</style>
  <h1>The playground was not built</h1>
  <p>Nexus itself works: send your queries by POST to this address.</p>
  <p>To have an editor here, run <code>npm run build -w web</code> and start Nexus again.</p>
</html>
`
