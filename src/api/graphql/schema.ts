import { type GraphQLSchema, isObjectType } from 'graphql'
import { builder } from './builder.ts'
import { guardRootFields } from './guard-root-fields.ts'
import './scalars.ts'
import './users.ts'
import './posts.ts'
import './media.ts'
import './comments.ts'
import './reactions.ts'
import './entities.ts'
import './marks.ts'
import './tags.ts'
import './trends.ts'
import './feed.ts'
import './feed-explanation.ts'
import './live.ts'
import './accounts.ts'
import './relationships.ts'
import './notifications.ts'
import './notification-preferences.ts'
import './moderation.ts'
import './moderation-queue.ts'
import './analytics.ts'
import './admin-users.ts'
import './jobs.ts'
import './operations.ts'
import './search.ts'
import './connected-apps.ts'

builder.queryType({})
builder.mutationType({})
builder.subscriptionType({})

/** The schema that is served: code first, every field of Query, Mutation and Subscription behind its guard. */
export function buildSchema(): GraphQLSchema {
  return guardRootFields(readPlainFieldsDirectly(builder.toSchema()))
}

// A field that only reads a property of its parent needs no resolver: the compiled query then reads it in place.
function readPlainFieldsDirectly(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      if (field.extensions.pothosExposedField === field.name) delete field.resolve
    }
  }
  return schema
}
