import { z } from 'zod'
import { keepTotals, type Totals } from '../../domain/analytics/read-totals.ts'
import { ALT_TEXT_LENGTH_MAX, MEDIA_A_POST_MAX } from '../../domain/media/media-rules.ts'
import { CONTENT_LENGTH_MAX } from '../../domain/posts/post-rules.ts'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'

/** What clients compare with the version that a feature came in. What follows it in brackets says who answers. */
const API_VERSION = '4.3.0 (compatible; Nexus)'
const TITLE = 'Nexus'
const DESCRIPTION = 'A social feed.'
const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif']
const PINNED_MAX = 5
const noContact = { email: '', account: null }

const ruleShape = z.object({ id: z.string(), text: z.string(), hint: z.string() })
const configurationShape = z.record(z.string(), z.record(z.string(), z.unknown()))

const instanceShape = z
  .object({
    domain: z.string(),
    title: z.string(),
    version: z.string(),
    source_url: z.string(),
    description: z.string(),
    usage: z.object({ users: z.object({ active_month: z.number().int() }) }),
    thumbnail: z.object({ url: z.string(), blurhash: z.null(), versions: z.object({}) }),
    icon: z.array(z.object({ src: z.string(), size: z.string() })),
    languages: z.array(z.string()),
    configuration: configurationShape,
    registrations: z.object({ enabled: z.boolean(), approval_required: z.boolean(), message: z.null(), url: z.null() }),
    api_versions: z.record(z.string(), z.number().int()),
    contact: z.object({ email: z.string(), account: z.null() }),
    rules: z.array(ruleShape),
  })
  .meta({ id: 'Instance' })

const oldInstanceShape = z
  .object({
    uri: z.string(),
    title: z.string(),
    short_description: z.string(),
    description: z.string(),
    email: z.string(),
    version: z.string(),
    urls: z.object({ streaming_api: z.string() }),
    stats: z.object({ user_count: z.number().int(), status_count: z.number().int(), domain_count: z.number().int() }),
    thumbnail: z.string(),
    languages: z.array(z.string()),
    registrations: z.boolean(),
    approval_required: z.boolean(),
    invites_enabled: z.boolean(),
    configuration: configurationShape,
    contact_account: z.null(),
    rules: z.array(ruleShape),
  })
  .meta({ id: 'V1_Instance' })

const activityShape = z.array(z.object({ week: z.string(), statuses: z.string(), logins: z.string(), registrations: z.string() }))

export const instanceRoutes = (platform: RestPlatform): RestRoute[] => {
  const readTotals = keepTotals(platform.database)
  const configuration = configurationOf(platform)
  // Before it is known whether there is such a host: whoever cannot listen there says so.
  const host = URL.parse(platform.publicUrl)?.host ?? platform.publicUrl
  const thumbnail = `${platform.publicUrl}/api/pictures/header.svg`
  const about = { tag: 'instance', access: 'visitor', method: 'GET' } as const
  return [
    restRoute({
      ...about,
      url: '/api/v2/instance',
      summary: 'What this server is and what it accepts.',
      answer: instanceShape,
      run: async () => ({
        domain: host,
        title: TITLE,
        version: API_VERSION,
        source_url: '',
        description: DESCRIPTION,
        usage: { users: { active_month: (await readTotals()).activeMonth } },
        thumbnail: { url: thumbnail, blurhash: null, versions: {} },
        icon: [{ src: `${platform.publicUrl}/api/pictures/avatar.svg`, size: '400x400' }],
        languages: ['en'],
        configuration: { ...configuration, urls: { streaming: streamingUrlOf(platform) }, vapid: { public_key: '' } },
        registrations: { enabled: false, approval_required: false, message: null, url: null },
        api_versions: { mastodon: 1 },
        contact: noContact,
        rules: [],
      }),
    }),
    restRoute({
      ...about,
      url: '/api/v1/instance',
      summary: 'The same as earlier clients read it.',
      answer: oldInstanceShape,
      run: async () => ({
        uri: host,
        title: TITLE,
        short_description: DESCRIPTION,
        description: DESCRIPTION,
        email: noContact.email,
        version: API_VERSION,
        urls: { streaming_api: streamingUrlOf(platform) },
        stats: statsOf(await readTotals()),
        thumbnail,
        languages: ['en'],
        registrations: false,
        approval_required: false,
        invites_enabled: false,
        configuration,
        contact_account: noContact.account,
        rules: [],
      }),
    }),
    restRoute({
      ...about,
      url: '/api/v1/instance/rules',
      summary: 'The rules of this server: none are kept.',
      answer: z.array(ruleShape),
      run: async () => [],
    }),
    restRoute({
      ...about,
      url: '/api/v1/instance/peers',
      summary: 'Other servers that this one knows: none.',
      answer: z.array(z.string()),
      run: async () => [],
    }),
    restRoute({
      ...about,
      url: '/api/v1/instance/activity',
      summary: 'What happened each week: the figures are in GraphQL, for administrators.',
      answer: activityShape,
      run: async () => [],
    }),
    restRoute({
      ...about,
      url: '/api/v1/instance/translation_languages',
      summary: 'Into which languages posts are translated: none.',
      answer: z.record(z.string(), z.array(z.string())),
      run: async () => ({}),
    }),
  ]
}

function configurationOf({ mediaBytesMax, mediaPixelsMax }: RestPlatform) {
  return {
    accounts: { max_featured_tags: 0, max_pinned_statuses: PINNED_MAX },
    statuses: { max_characters: CONTENT_LENGTH_MAX, max_media_attachments: MEDIA_A_POST_MAX, characters_reserved_per_url: 0 },
    media_attachments: {
      description_limit: ALT_TEXT_LENGTH_MAX,
      supported_mime_types: PICTURE_TYPES,
      image_size_limit: mediaBytesMax,
      image_matrix_limit: mediaPixelsMax,
      video_size_limit: 0,
      video_frame_rate_limit: 0,
      video_matrix_limit: 0,
    },
    polls: { max_options: 0, max_characters_per_option: 0, min_expiration: 0, max_expiration: 0 },
    translation: { enabled: false },
  }
}

function streamingUrlOf({ publicUrl }: RestPlatform): string {
  return publicUrl.replace(/^http/, 'ws')
}

function statsOf({ users, posts, comments }: Totals) {
  return { user_count: users, status_count: posts + comments, domain_count: 1 }
}
