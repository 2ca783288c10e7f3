import { useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import { useEffect } from 'react'

/** The advanced strategy is the browser's own: it does not break an e-mail address at its dots, as the editor's would. */
const EDITOR_OPTIONS = { fontSize: 14, wordWrap: 'on', wrappingStrategy: 'advanced' } as const

/** What GraphiQL has no properties for: long lines wrap, and the editors follow when the system turns dark or light with the page open. */
export function EditorSettings() {
  const { setTheme } = useGraphiQLActions()
  const theme = useGraphiQL((state) => state.theme)
  const query = useGraphiQL((state) => state.queryEditor)
  const response = useGraphiQL((state) => state.responseEditor)

  useEffect(() => {
    query?.updateOptions(EDITOR_OPTIONS)
    response?.updateOptions(EDITOR_OPTIONS)
  }, [query, response])

  useEffect(() => {
    if (theme) return
    const system = matchMedia('(prefers-color-scheme: dark)')
    const follow = () => setTheme(null)
    system.addEventListener('change', follow)
    return () => system.removeEventListener('change', follow)
  }, [theme, setTheme])
  return null
}
