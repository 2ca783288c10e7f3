import { refuse } from '../../refusals.ts'
import type { LiveEvents, Topic, Topics } from '../realtime/live-events.ts'
import type { RequestContext } from '../request-context.ts'
import { builder, mayAsk } from './builder.ts'
import { edgeOf, FeedEdgeType } from './feed.ts'
import { NotificationType } from './notifications.ts'

builder.subscriptionFields((t) => ({
  feedItemAdded: t.field({
    type: FeedEdgeType,
    description: "A post entered the viewer's home feed.",
    ...mayAsk('user'),
    subscribe: (_, __, request) => listen(request, 'home'),
    resolve: ({ viewer, entry }) => edgeOf(entry, viewer.id),
  }),
  notificationAdded: t.field({
    type: NotificationType,
    description: 'Something was done to the viewer. It comes again, under the same id, when somebody more does the same.',
    ...mayAsk('user'),
    subscribe: (_, __, request) => listen(request, 'notifications'),
    resolve: ({ notification }) => notification,
  }),
}))

function listen<Name extends Topic>({ live }: RequestContext, topic: Name): LiveEvents<Topics[Name]> {
  if (!live) throw refuse('request.subscription-by-http')
  return live.listen(topic)
}
