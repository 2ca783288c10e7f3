import { GraphQLError } from 'graphql'
import { builder } from './builder.ts'

builder.scalarType('DateTime', {
  description: 'An instant in UTC, RFC 3339 with milliseconds: 2026-11-23T01:05:51.123Z',
  // A text is an instant that was written so before.
  serialize: (value) => (typeof value === 'string' ? value : value.toISOString()),
  parseValue: (value) => {
    const fits = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/.test(value)
    const instant = fits ? new Date(value) : undefined
    if (!instant || Number.isNaN(instant.getTime()))
      throw new GraphQLError('a DateTime is an RFC 3339 instant such as 2026-11-23T01:05:51.123Z')
    return instant
  },
})
