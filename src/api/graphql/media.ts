import { describeMedium } from '../../domain/media/describe-medium.ts'
import { MEDIA_A_POST_MAX } from '../../domain/media/media-rules.ts'
import { isStoredUrl } from '../../domain/media/media-urls.ts'
import { type Medium, readOwnMedium } from '../../domain/media/read-media.ts'
import { parseId } from '../../platform/ids.ts'
import { refuse } from '../../refusals.ts'
import { type RequestContext, requireViewer } from '../request-context.ts'
import { builder, mayAsk, mayWrite } from './builder.ts'
import { plainly, plainWhere } from './plain-fields.ts'
import { PostType, type ShownPost } from './post-type.ts'

const MediaKindType = builder.enumType('MediaKind', { values: ['IMAGE', 'VIDEO'] as const })

const MediaType = builder.objectRef<Medium>('Media').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    url: t.string({ ...plainly((medium: Medium, { mediaUrls }) => mediaUrls.image(medium.name)) }),
    previewUrl: t.string({ ...plainly((medium: Medium, { mediaUrls }) => mediaUrls.preview(medium.name)) }),
    kind: t.expose('kind', { type: MediaKindType }),
    width: t.exposeInt('width', { nullable: true }),
    height: t.exposeInt('height', { nullable: true }),
    placeholder: t.exposeString('placeholder', { nullable: true, description: 'A thumbhash, base64.' }),
    blurhash: t.exposeString('blurhash', { nullable: true, description: 'The same as a blurhash, for clients that know only those.' }),
    altText: t.exposeString('altText', { nullable: true }),
  }),
})

builder.objectFields(PostType, (t) => ({
  mediaUrl: t.string({
    nullable: true,
    description: 'The address of the first of its media, or the URL that its author gave.',
    ...plainly((post: ShownPost, { mediaUrls }) => mediaUrls.shown(post.mediaUrl)),
  }),
  // A post that has media says so in its row: of the others nothing is asked.
  media: t.field({
    type: [MediaType],
    extensions: {
      countsAs: MEDIA_A_POST_MAX,
      ...plainWhere((post: ShownPost) => (isStoredUrl(post.mediaUrl) ? undefined : [])).extensions,
    },
    resolve: (post, _, request) => (isStoredUrl(post.mediaUrl) ? request.loaders.mediaOf.load(post.id) : []),
  }),
}))

builder.queryFields((t) => ({
  media: t.field({
    type: MediaType,
    nullable: true,
    args: { id: t.arg.id() },
    description: "One of the viewer's own uploads, in a post or not.",
    ...mayAsk('user'),
    resolve: async (_, { id }, request) => {
      const mediumId = parseId(id)
      return mediumId === undefined ? null : ((await findOwn(request, mediumId)) ?? null)
    },
  }),
}))

function findOwn(request: RequestContext, id: number): Promise<Medium | undefined> {
  return readOwnMedium(request.platform.database, requireViewer(request).id, id)
}

const MediaPayload = builder.objectRef<{ media: Medium }>('MediaPayload').implement({
  fields: (t) => ({ media: t.field({ type: MediaType, resolve: (payload) => payload.media }) }),
})

builder.mutationFields((t) => ({
  updateMedia: t.field({
    type: MediaPayload,
    args: { id: t.arg.id(), altText: t.arg.string({ required: false }) },
    description:
      'Says what stands in one of the viewer’s own pictures, for whoever does not see it: 1..1500 characters; null says nothing.',
    ...mayWrite(),
    resolve: async (_, { id, altText }, request) => {
      const mediumId = await describeMedium(request.platform.database, requireViewer(request).id, id, altText ?? null)
      const media = await findOwn(request, mediumId)
      if (!media) throw refuse('media.not-found')
      return { media }
    },
  }),
}))
