import { useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import { useEffect } from 'react'

/** What GraphiQL calls an operation without a name, as both of the README's first examples are. */
const NO_TITLE = '<untitled>'

/** Calls the tab of an operation without a name after its first field. GraphiQL takes a tab's `operationName` for its title and no more. */
export function TabTitles() {
  const { updateActiveTabValues } = useGraphiQLActions()
  const tab = useGraphiQL((state) => state.tabs[state.activeTabIndex])
  const untitled = tab?.title === NO_TITLE ? tab.query : null

  useEffect(() => {
    const field = untitled && firstField(untitled)
    if (field) updateActiveTabValues({ operationName: field })
  }, [untitled, updateActiveTabValues])
  return null
}

function firstField(query: string): string | undefined {
  return /\{\s*(\w+)/.exec(query.replaceAll(/#.*/g, ''))?.[1]
}
