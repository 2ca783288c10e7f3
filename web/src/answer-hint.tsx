import { formatShortcutForOS, KEY_MAP, useGraphiQL } from '@graphiql/react'

/** Where the answer will stand, until there is one. */
export function AnswerHint() {
  const isEmpty = useGraphiQL((state) => !state.tabs[state.activeTabIndex]?.response)
  const isFetching = useGraphiQL((state) => state.isFetching)
  const isListening = useGraphiQL((state) => state.subscription !== null)
  if (!isEmpty || (isFetching && !isListening)) return null
  if (isListening) return <p className="answer-hint">Listening. What happens from now on appears here; ■ stops it.</p>
  return (
    <p className="answer-hint">
      The answer appears here. Run the query with ▶ or <kbd>{formatShortcutForOS(KEY_MAP.runQuery.key, 'Cmd')}</kbd>.
    </p>
  )
}
