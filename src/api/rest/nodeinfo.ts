import type { FastifyInstance } from 'fastify'
import { keepTotals } from '../../domain/analytics/read-totals.ts'
import type { RestPlatform } from './rest-platform.ts'

const SCHEMA = 'http://nodeinfo.diaspora.software/ns/schema/2.0'

/** Says which software answers here, as https://nodeinfo.diaspora.software has it. Nexus does not speak with other servers: it has no protocol. */
export function registerNodeinfo(rest: FastifyInstance, { database, publicUrl, version }: RestPlatform): void {
  const readTotals = keepTotals(database)
  const links = [{ rel: SCHEMA, href: `${publicUrl}/nodeinfo/2.0` }]
  rest.get('/.well-known/nodeinfo', { schema: { hide: true } }, (_request, reply) => reply.send({ links }))
  rest.get('/nodeinfo/2.0', { schema: { hide: true } }, async (_request, reply) => {
    const { users, activeMonth, activeHalfYear, posts, comments } = await readTotals()
    return reply
      .type(`application/json; profile="${SCHEMA}#"; charset=utf-8`)
      .header('cache-control', 'public, max-age=600')
      .send({
        version: '2.0',
        software: { name: 'nexus', version },
        protocols: [],
        services: { inbound: [], outbound: [] },
        openRegistrations: false,
        usage: {
          users: { total: users, activeMonth, activeHalfyear: activeHalfYear },
          localPosts: posts,
          localComments: comments,
        },
        metadata: {},
      })
  })
}
