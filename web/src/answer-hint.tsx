import { formatShortcutForOS, KEY_MAP, useGraphiQL } from '@graphiql/react'

/** Where the answer will stand, until there is one. */
export function AnswerHint() {
  const isEmpty = useGraphiQL((state) => !state.isFetching && !state.tabs[state.activeTabIndex]?.response)
  if (!isEmpty) return null
  return (
    <p className="answer-hint">
      The answer appears here. Run the query with ▶ or <kbd>{formatShortcutForOS(KEY_MAP.runQuery.key, 'Cmd')}</kbd>.
    </p>
  )
}
