import { useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import { useEffect } from 'react'

/** A subscription ends when its tab is left. GraphiQL lets it go on beside a new tab, and would write its answers there. */
export function StopWithTab() {
  const { stop } = useGraphiQLActions()
  const tabId = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.id)

  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is another id
  useEffect(() => stop, [tabId, stop])
  return null
}
