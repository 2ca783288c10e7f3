import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'

const PICTURES = ['avatar.svg', 'header.svg'] as const

const HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': 'public, max-age=86400',
}

/** Serves the pictures of those who have none of their own: clients of the REST surface show one for everybody. */
export function registerPictures(rest: FastifyInstance): void {
  for (const name of PICTURES) {
    const picture = readFileSync(new URL(name, import.meta.url), 'utf8')
    rest.get(`/api/pictures/${name}`, { schema: { hide: true } }, (_request, reply) =>
      reply.headers(HEADERS).type('image/svg+xml; charset=utf-8').send(picture),
    )
  }
}
