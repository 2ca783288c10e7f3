import type { IncomingMessage } from 'node:http'
import proxyAddr from '@fastify/proxy-addr'
import type { Config } from '../config.ts'

/**
 * The origins whose pages may read our answers. Without CORS_ORIGINS, development lets pages of this machine in, whatever their port: a front end
 * is built beside us. Tokens travel in a header, never in a cookie, so no page can act for somebody who did not sign in there.
 */
export function allowedOrigins(config: Config): boolean | (string | RegExp)[] {
  if (config.CORS_ORIGINS.includes('*')) return true
  if (config.CORS_ORIGINS.length > 0) return config.CORS_ORIGINS
  return config.production ? false : [/^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/]
}

/**
 * Whether a page may open a WebSocket, to which browsers apply no CORS of their own. Tokens are in its first message, so that a page of another origin
 * could do no harm; still, whoever is kept from reading answers over HTTP is kept from it here.
 */
export function mayConnect(config: Config, origin: string, request: IncomingMessage): boolean {
  const allowed = allowedOrigins(config)
  if (allowed === true || URL.parse(origin)?.host === request.headers.host || origin === URL.parse(config.PUBLIC_URL)?.origin) return true
  return allowed !== false && allowed.some((each) => (typeof each === 'string' ? each === origin : each.test(origin)))
}

/** Makes the function that answers where a request comes from, as Fastify does for requests that it routes. */
export function makeAddressOf(trustedProxies: string[]): (request: IncomingMessage) => string {
  if (trustedProxies.length === 0) return (request) => request.socket.remoteAddress ?? ''
  return (request) => proxyAddr(request, trustedProxies)
}
