import type { DayFigures } from '../../domain/analytics/count-days.ts'
import { readAnalytics } from '../../domain/analytics/read-analytics.ts'
import { builder, mayAsk } from './builder.ts'

const AnalyticsDayType = builder.objectRef<DayFigures>('AnalyticsDay').implement({
  fields: (t) => ({
    day: t.expose('day', { type: 'DateTime', description: 'Its beginning, in UTC.' }),
    newUsers: t.exposeInt('newUsers'),
    activeUsers: t.exposeInt('activeUsers', { description: 'Who signed up, posted, commented, liked, shared or followed.' }),
    posts: t.exposeInt('posts'),
    comments: t.exposeInt('comments'),
    likes: t.exposeInt('likes', { description: 'Of posts.' }),
    shares: t.exposeInt('shares'),
    follows: t.exposeInt('follows'),
  }),
})

builder.queryField('analytics', (t) =>
  t.field({
    type: [AnalyticsDayType],
    args: { from: t.arg({ type: 'DateTime' }), to: t.arg({ type: 'DateTime' }) },
    description: "Daily figures for admins, `from` included, `to` excluded. Days are UTC; today's are those so far.",
    ...mayAsk('admin'),
    resolve: (_, { from, to }, request) => readAnalytics(request.platform.database, from, to),
  }),
)
