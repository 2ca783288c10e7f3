import { useGraphiQL, useGraphiQLActions, useMonaco } from '@graphiql/react'
import { useEffect } from 'react'
import { DARK_THEME, DARK_THEME_DATA } from './dark-theme.ts'

/** The advanced strategy is the browser's own: it does not break an e-mail address at its dots, as the editor's would. */
const EDITOR_OPTIONS = { fontSize: 14, wordWrap: 'on', wrappingStrategy: 'advanced' } as const

/** What GraphiQL has no properties for: long lines wrap, the dark is easier to read, and the editors follow when the system turns dark or light with the page open. */
export function EditorSettings() {
  const { setTheme } = useGraphiQLActions()
  const theme = useGraphiQL((state) => state.theme)
  const query = useGraphiQL((state) => state.queryEditor)
  const response = useGraphiQL((state) => state.responseEditor)

  const monaco = useMonaco((state) => state.monaco)

  useEffect(() => monaco?.editor.defineTheme(DARK_THEME, DARK_THEME_DATA), [monaco])

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
