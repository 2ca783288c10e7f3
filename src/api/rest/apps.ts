import { z } from 'zod'
import { OUT_OF_BAND } from '../../domain/apps/app-rules.ts'
import { readApp } from '../../domain/apps/find-app.ts'
import { registerApp } from '../../domain/apps/register-app.ts'
import { refuse } from '../../refusals.ts'
import type { RestPlatform } from './rest-platform.ts'
import { type RestRoute, restRoute } from './rest-route.ts'

const applicationShape = z.object({
  id: z.string(),
  name: z.string(),
  website: z.string().nullable(),
  scopes: z.array(z.string()),
  redirect_uris: z.array(z.string()),
  redirect_uri: z.string(),
  vapid_key: z.string(),
})

const registeredShape = applicationShape.extend({
  client_id: z.string(),
  client_secret: z.string(),
  client_secret_expires_at: z.number(),
})

const newApp = z.object({
  client_name: z.string(),
  redirect_uris: z.union([z.string(), z.array(z.string())]).default(OUT_OF_BAND),
  scopes: z.string().optional(),
  website: z.string().nullish(),
})

interface ShownApp {
  id: number
  name: string
  website: string | null
  scopes: readonly string[]
  redirectUris: readonly string[]
}

const shapeOf = ({ id, name, website, scopes, redirectUris }: ShownApp) => ({
  id: String(id),
  name,
  website,
  scopes: [...scopes],
  redirect_uris: [...redirectUris],
  redirect_uri: redirectUris.join('\n'),
  // Nexus sends no push messages.
  vapid_key: '',
})

export const appRoutes = ({ database }: RestPlatform): RestRoute[] => [
  restRoute({
    method: 'POST',
    url: '/api/v1/apps',
    summary: 'Makes an app known, and tells it its id and secret.',
    tag: 'apps',
    access: 'visitor',
    body: newApp,
    answer: registeredShape,
    run: async ({ body: { client_name: name, redirect_uris, scopes, website } }) => {
      const redirectUris = (Array.isArray(redirect_uris) ? redirect_uris : redirect_uris.split(/\s+/)).filter(Boolean)
      const app = await registerApp(database, { name, redirectUris, scopes, website: website || undefined })
      return { ...shapeOf(app), client_id: app.clientId, client_secret: app.clientSecret, client_secret_expires_at: 0 }
    },
  }),
  restRoute({
    method: 'GET',
    url: '/api/v1/apps/verify_credentials',
    summary: 'The app whose token this is.',
    tag: 'apps',
    access: 'app',
    answer: applicationShape,
    run: async ({ caller }) => {
      const app = caller.appId === undefined ? undefined : await readApp(database, caller.appId)
      if (!app) throw refuse('auth.token-invalid')
      return shapeOf(app)
    },
  }),
]
