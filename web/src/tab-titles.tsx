import { useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import { useEffect } from 'react'
import { titleOf } from './examples.ts'

/** What GraphiQL calls an operation without a name, as both of the README's first examples are. */
const NO_TITLE = '<untitled>'

/** Calls the tab of an operation without a name after its first field. GraphiQL takes a tab's `operationName` for its title and no more. */
export function TabTitles() {
  const { updateActiveTabValues } = useGraphiQLActions()
  const tab = useGraphiQL((state) => state.tabs[state.activeTabIndex])
  const untitled = tab?.title === NO_TITLE ? tab.query : null

  useEffect(() => {
    const field = untitled && titleOf(untitled)
    if (field) updateActiveTabValues({ operationName: field })
  }, [untitled, updateActiveTabValues])
  return null
}
