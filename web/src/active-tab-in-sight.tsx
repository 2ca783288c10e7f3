import { useGraphiQL } from '@graphiql/react'
import { useEffect } from 'react'

/** Scrolls the row of tabs to the one that is open, which may lie beyond the edge when the page opens with the tab it was left at. */
export function ActiveTabInSight() {
  const index = useGraphiQL((state) => state.activeTabIndex)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another index is another element
  useEffect(() => {
    document.querySelector('.graphiql-tab-active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [index])
  return null
}
