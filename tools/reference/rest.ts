import type { RestPlatform } from '../../src/api/rest/rest-platform.ts'
import { restRoutes } from '../../src/api/rest/rest-routes.ts'
import { code, page, table } from './page.ts'

export function describeRest(): string {
  // What a route says of itself needs nothing that it runs on.
  const routes = restRoutes({} as RestPlatform)
  const tags = [...new Set(routes.map(({ tag }) => tag))].sort()
  const sections = tags.map((tag) => {
    const rows = routes
      .filter((route) => route.tag === tag)
      .map(({ method, url, summary, access, scope }) => [code(`${method} ${url}`), ASKERS[access], scope ? code(scope) : '', summary])
    return `## ${tag}\n\n${table(['Route', 'Who may ask', 'Scope', 'What it answers or does'], rows)}`
  })
  return page('REST', 2, '`src/api/rest/rest-routes.ts`', INTRODUCTION, ...sections)
}

const ASKERS = { visitor: 'everybody', app: 'any token', user: "a user's token" }

const INTRODUCTION = `The shapes of Mastodon's client API, so that its clients work. With parameters, answers and a form to try each:
[the interactive reference](/api/reference/), made from the same routes as this table; \`/api/openapi.json\` is the document for tools.
A user's own access token is good for every route; a token of an app for those whose scope it was granted.`
