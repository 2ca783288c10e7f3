import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { SCOPES } from '../../domain/apps/app-rules.ts'

/** What the routes do not say of themselves. */
export const OPENAPI: NonNullable<FastifyDynamicSwaggerOptions['openapi']> = {
  openapi: '3.1.0',
  info: {
    title: 'Nexus REST',
    version: '1',
    description: 'The client API of Mastodon over the same accounts, posts and feeds that GraphQL serves: a status is a post or a comment.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/' }],
  components: {
    securitySchemes: {
      oauth: {
        type: 'oauth2',
        flows: {
          authorizationCode: {
            authorizationUrl: '/oauth/authorize',
            tokenUrl: '/oauth/token',
            refreshUrl: '/oauth/token',
            scopes: Object.fromEntries(SCOPES.map((scope) => [scope, `May ${scope}`])),
          },
          clientCredentials: { tokenUrl: '/oauth/token', scopes: { read: 'May read what is public' } },
        },
      },
    },
  },
}
