import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { refuse } from '../refusals.ts'

/** Where `npm run build -w docs` puts the pages. */
const BUILT = new URL('../../docs/dist/', import.meta.url)

/** Everything from our own origin. The search runs WebAssembly; code samples and diagrams are coloured by inline styles. */
function contentSecurityPolicy(scriptDigests: readonly string[]): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' ${scriptDigests.map((digest) => `'${digest}'`).join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}

/**
 * Serves the documentation hub under /docs/. Where it was never built the address says so, and everything else works as ever; where it is
 * switched off there is nothing.
 */
export async function registerHub(server: FastifyInstance, options: { enabled: boolean; from?: URL }): Promise<void> {
  const { enabled, from = BUILT } = options
  if (!enabled) return
  const digests = await readDigests(from)
  if (!digests) return sayThatItIsNotBuilt(server)
  const policy = contentSecurityPolicy(digests)
  const pages = async (hub: FastifyInstance) => {
    hub.setNotFoundHandler((_request, reply) =>
      reply.code(404).headers(headersOf(policy, false)).type('text/html; charset=utf-8').sendFile('404.html'),
    )
    await hub.register(fastifyStatic, {
      root: fileURLToPath(from),
      prefix: '/',
      decorateReply: true,
      redirect: true,
      preCompressed: true,
      cacheControl: false,
      allowedPath: (path) => !path.endsWith('.json') || path.includes('/pagefind/'),
      setHeaders: (reply, path) => {
        reply.headers(headersOf(policy, path.includes('/_astro/')))
      },
    })
  }
  server.get('/docs', (_request, reply) => reply.redirect('/docs/'))
  await server.register(pages, { prefix: '/docs' })
}

/** What bears the hash of its content in its name never changes. */
function headersOf(policy: string, immutable: boolean): Record<string, string> {
  return {
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  }
}

async function readDigests(from: URL): Promise<string[] | undefined> {
  try {
    return JSON.parse(await readFile(new URL('script-digests.json', from), 'utf8')) as string[]
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function sayThatItIsNotBuilt(server: FastifyInstance): void {
  server.log.warn('The documentation hub was not built: GET /docs says so. Build it with: npm run build -w docs')
  const refusal = refuse('request.not-found', { sentence: 'The documentation hub was not built. Build it with: npm run build -w docs' })
  for (const url of ['/docs', '/docs/*'])
    server.get(url, () => {
      throw refusal
    })
}
