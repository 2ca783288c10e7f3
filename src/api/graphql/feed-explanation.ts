import { type ExplainedEntry, type Explanation, explainPost } from '../../domain/feeds/explain-post.ts'
import { parseId, parseUserId } from '../../platform/ids.ts'
import { refuse } from '../../refusals.ts'
import { builder, mayAsk } from './builder.ts'

const SERVED_FROM = { head: 'HEAD', 'under way': 'UNDER_WAY', sql: 'SQL' } as const

const EntryExplanationType = builder.objectRef<ExplainedEntry>('FeedEntryExplanation').implement({
  description: 'One way by which a post could come to a feed: itself, or one share of it.',
  fields: (t) => ({
    entryId: t.exposeID('entryId'),
    edge: t.string({
      nullable: true,
      description: 'What brings it: OWN, FOLLOWED or SHARED; null when nothing does.',
      resolve: ({ edge }) => edge,
    }),
    actor: t.exposeString('actor', { description: 'Who wrote or shared it.' }),
    dropped: t.exposeStringList('dropped', { description: 'The rules that leave it out, a sentence each; none when it stands.' }),
    servedFrom: t.string({
      nullable: true,
      description: "Where a read takes it from: HEAD, the viewer's list in Redis; UNDER_WAY, what is not yet in every head; or SQL.",
      resolve: ({ from }) => from && SERVED_FROM[from],
    }),
  }),
})

const FeedExplanationType = builder.objectRef<Explanation>('FeedExplanation').implement({
  fields: (t) => ({
    stands: t.exposeBoolean('stands', { description: 'Whether the post stands in the feed, by any of its entries.' }),
    entries: t.field({ type: [EntryExplanationType], resolve: ({ entries }) => entries }),
  }),
})

builder.queryField('explainFeed', (t) =>
  t.field({
    type: FeedExplanationType,
    args: { userId: t.arg.id(), postId: t.arg.id() },
    description: "For administrators: why a post is, or is not, in a user's home feed.",
    ...mayAsk('admin'),
    resolve: async (_, given, { platform: { database, warmFeeds } }) => {
      const [userId, postId] = [parseUserId(given.userId), parseId(given.postId)]
      if (userId === undefined) throw refuse('user.not-found')
      if (postId === undefined) throw refuse('post.not-found')
      return explainPost(database, warmFeeds?.heads, userId, postId)
    },
  }),
)
