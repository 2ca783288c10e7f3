import { z } from 'zod'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'

/** What clients compare with the version that a feature came in. What follows it in brackets says who answers. */
const API_VERSION = '4.3.0 (compatible; Nexus)'

const instanceShape = z
  .object({
    domain: z.string(),
    title: z.string(),
    version: z.string(),
    source_url: z.string(),
    description: z.string(),
    usage: z.object({ users: z.object({ active_month: z.number().int() }) }),
    thumbnail: z.object({ url: z.string() }),
    languages: z.array(z.string()),
    configuration: z.record(z.string(), z.record(z.string(), z.unknown())),
    registrations: z.object({ enabled: z.boolean(), approval_required: z.boolean(), message: z.null() }),
    contact: z.object({ email: z.string(), account: z.null() }),
    rules: z.array(z.object({ id: z.string(), text: z.string() })),
  })
  .meta({ id: 'Instance' })

export const instanceRoutes = ({ publicUrl }: RestPlatform): RestRoute[] => [
  restRoute({
    method: 'GET',
    url: '/api/v2/instance',
    summary: 'What this server is and what it accepts.',
    tag: 'instance',
    access: 'visitor',
    answer: instanceShape,
    run: async () => ({
      domain: new URL(publicUrl).host,
      title: 'Nexus',
      version: API_VERSION,
      source_url: '',
      description: 'A social feed.',
      usage: { users: { active_month: 0 } },
      thumbnail: { url: `${publicUrl}/api/pictures/header.svg` },
      languages: ['en'],
      configuration: {
        urls: { streaming: publicUrl.replace(/^http/, 'ws') },
        accounts: { max_featured_tags: 0, max_pinned_statuses: 5 },
        statuses: { max_characters: 5000, max_media_attachments: 4, characters_reserved_per_url: 0 },
        polls: { max_options: 0, max_characters_per_option: 0, min_expiration: 0, max_expiration: 0 },
        translation: { enabled: false },
      },
      registrations: { enabled: false, approval_required: false, message: null },
      contact: { email: '', account: null },
      rules: [],
    }),
  }),
]
