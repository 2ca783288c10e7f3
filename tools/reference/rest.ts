import type { RestPlatform, RestSettings } from '../../src/api/rest/rest-platform.ts'
import { restRoutes } from '../../src/api/rest/rest-routes.ts'
import { code, page, table } from './page.ts'

export function describeRest(): string {
  const routes = restRoutes(platform)
  const tags = [...new Set(routes.map(({ tag }) => tag))].sort()
  const sections = tags.map((tag) => {
    const rows = routes
      .filter((route) => route.tag === tag)
      .map(({ method, url, summary, access, scope }) => [code(`${method} ${url}`), ASKERS[access], scope ? code(scope) : '', summary])
    return `## ${tag}\n\n${table(['Route', 'Who may ask', 'Scope', 'What it answers or does'], rows)}`
  })
  return page('REST', 2, '`src/api/rest/rest-routes.ts`', INTRODUCTION, ...sections)
}

const settings: Omit<RestSettings, 'uploads' | 'sockets'> = {
  publicUrl: 'http://127.0.0.1:4000',
  version: '',
  mediaBytesMax: 0,
  mediaPixelsMax: 0,
}

/** Stands for all that routes run on: a route may take it up when it is declared, but nothing is run here. */
const unused: unknown = new Proxy(() => unused, { get: () => unused })

const platform = new Proxy(settings, { get: (known, name) => known[name as keyof typeof known] ?? unused }) as RestPlatform

const ASKERS = { visitor: 'everybody', app: 'any token', user: "a user's token" }

const INTRODUCTION = `The shapes of Mastodon's client API, so that its clients work. With parameters, answers and a form to try each:
[the interactive reference](/api/reference/), made from the same routes as this table; \`/api/openapi.json\` is the document for tools.
A user's own access token is good for every route; a token of an app for those whose scope it was granted.`
