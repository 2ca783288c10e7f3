import { useGraphiQL } from '@graphiql/react'
import { useEffect } from 'react'

/**
 * Scrolls the row of tabs to the one that is open, which may lie beyond the edge when the page opens with the tab it was left at.
 * In the middle, so that its neighbours are in sight too.
 */
export function ActiveTabInSight() {
  const index = useGraphiQL((state) => state.activeTabIndex)
  const editor = useGraphiQL((state) => state.queryEditor)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another index is another element, and once the editor is there the tabs have their places
  useEffect(() => {
    document.querySelector('.graphiql-tab-active')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [index, editor])
  return null
}
