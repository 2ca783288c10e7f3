import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** Where Swagger UI lies as npm brought it. */
const SWAGGER_UI = fileURLToPath(new URL('.', import.meta.resolve('swagger-ui-dist/package.json')))
const ASSETS = /^\/(swagger-ui-bundle\.js|swagger-ui\.css|favicon-(16x16|32x32)\.png)$/

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

/** Serves the OpenAPI document at /api/openapi.json, and at /api/reference/ a page that reads it, with nothing from another origin. */
export async function registerReference(rest: FastifyInstance): Promise<void> {
  let document: string | undefined
  rest.get('/api/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    document ??= JSON.stringify((rest as FastifyInstance & { swagger(): unknown }).swagger())
    return reply.type('application/json; charset=utf-8').send(document)
  })
  const starter = readFileSync(new URL('./start-reference.js', import.meta.url), 'utf8')
  const headers = { 'content-security-policy': CONTENT_SECURITY_POLICY, 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' }
  rest.get('/api/reference', { schema: { hide: true } }, (_request, reply) => reply.redirect('/api/reference/'))
  rest.get('/api/reference/', { schema: { hide: true } }, (_request, reply) =>
    reply.headers(headers).type('text/html; charset=utf-8').send(PAGE),
  )
  rest.get('/api/reference/start.js', { schema: { hide: true } }, (_request, reply) =>
    reply.headers(headers).type('text/javascript; charset=utf-8').send(starter),
  )
  await rest.register(fastifyStatic, {
    root: SWAGGER_UI,
    prefix: '/api/reference/ui/',
    decorateReply: false,
    index: false,
    schemaHide: true,
    allowedPath: (path) => ASSETS.test(path),
    setHeaders: (reply) => {
      reply.headers({ ...headers, 'cache-control': 'public, max-age=86400' })
    },
  })
}

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
    <title>REST – Nexus</title>
    <link rel="icon" href="/api/reference/ui/favicon-32x32.png">
    <link rel="stylesheet" href="/api/reference/ui/swagger-ui.css">
  </head>
  <body>
    <div id="reference"></div>
    <script src="/api/reference/ui/swagger-ui-bundle.js"></script>
    <script src="/api/reference/start.js"></script>
  </body>
</html>
`
