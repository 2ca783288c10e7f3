import { readTrendingPosts } from '../../domain/trends/read-trending-posts.ts'
import { readTrendingTags, type TrendingTag } from '../../domain/trends/read-trending-tags.ts'
import { builder, mayAsk } from './builder.ts'
import { PostType } from './post-type.ts'

const TrendWindowType = builder.enumType('TrendWindow', { values: ['HOUR', 'DAY', 'WEEK'] as const })

const TrendingTagType = builder.objectRef<TrendingTag>('TrendingTag').implement({
  fields: (t) => ({
    tag: t.exposeString('tag', { description: 'As most of its posts write it, without #.' }),
    postCount: t.exposeInt('postCount', { description: "Everyone's public posts with it in the window." }),
  }),
})

builder.queryFields((t) => ({
  trendingPosts: t.field({
    type: [PostType],
    args: {
      first: t.arg.int({ required: false, defaultValue: 20 }),
      window: t.arg({ type: TrendWindowType, required: false, defaultValue: 'DAY' }),
    },
    description: 'The public posts on which the most people act, those of late the most.',
    ...mayAsk('visitor'),
    resolve: (_, { first, window }, { platform, viewer }) =>
      readTrendingPosts(platform.database, platform.rankings, { first: first ?? 20, window: window ?? 'DAY' }, viewer),
  }),
  trendingTags: t.field({
    type: [TrendingTagType],
    args: {
      first: t.arg.int({ required: false, defaultValue: 10 }),
      window: t.arg({ type: TrendWindowType, required: false, defaultValue: 'DAY' }),
    },
    description: 'The tags that the most people write, those of late the most.',
    ...mayAsk('visitor'),
    resolve: (_, { first, window }, { platform, viewer }) =>
      readTrendingTags(platform.database, platform.rankings, { first: first ?? 10, window: window ?? 'DAY' }, viewer),
  }),
}))
