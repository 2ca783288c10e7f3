import { useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import { useEffect } from 'react'
import { onSessionChange, sessionState } from './session.ts'

/** What somebody was answered goes with their session, in every tab: whoever sits down next must not read it. */
export function ForgetAnswers() {
  const { moveTab, stop, updateActiveTabValues } = useGraphiQLActions()
  const tabs = useGraphiQL((state) => state.tabs)
  const activeTab = useGraphiQL((state) => state.tabs[state.activeTabIndex])
  const response = useGraphiQL((state) => state.responseEditor)

  useEffect(() => {
    let signedIn = sessionState().session !== null
    return onSessionChange(() => {
      const wasSignedIn = signedIn
      signedIn = sessionState().session !== null
      if (!wasSignedIn || signedIn) return
      stop()
      const others = tabs.some((tab) => tab !== activeTab && tab.response)
      if (others) moveTab(tabs.map((tab) => (tab === activeTab ? tab : { ...tab, response: null })))
      response?.setValue('')
      updateActiveTabValues({ response: null })
    })
  }, [tabs, activeTab, response, moveTab, stop, updateActiveTabValues])
  return null
}
