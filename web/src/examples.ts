export interface Example {
  title: string
  query: string
}

const FILES = import.meta.glob<string>('./examples/*.graphql', { eager: true, query: '?raw', import: 'default' })

/** What stands in the editor at the first visit, one tab each, in the order in which a newcomer runs them. */
export const EXAMPLES: readonly Example[] = Object.keys(FILES)
  .sort()
  .map((name) => FILES[name] ?? '')
  .map((query) => ({ title: titleOf(query) ?? '', query }))

/** The name of the first operation, or its first field where it has none, as the README's first two. */
export function titleOf(query: string): string | undefined {
  const [, name, field] =
    /^(?:query|mutation|subscription)?\s*(\w+)?[^{]*\{\s*(\w+)/.exec(query.replaceAll(/^\s*#.*\n?/gm, '').trimStart()) ?? []
  return name ?? field
}

const TABS_KEY = 'graphiql:tabState'

/**
 * Lays the examples out as GraphiQL's stored tabs where there are none. Given as `defaultTabs` alone, the README's first two operations, which
 * have no name, would both be called "<untitled>".
 */
export function layOutExamples(): void {
  const unset = { hash: null, variables: null, headers: null, operationName: null, response: null }
  const tabs = EXAMPLES.map(({ title, query }) => ({ ...unset, id: title, title, query }))
  try {
    if (localStorage.getItem(TABS_KEY) === null) localStorage.setItem(TABS_KEY, JSON.stringify({ tabs, activeTabIndex: 0 }))
  } catch {
    // A browser that lets no page store anything shows the default tabs.
  }
}
