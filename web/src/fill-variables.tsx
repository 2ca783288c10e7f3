import { useGraphiQL } from '@graphiql/react'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { EXAMPLES } from './examples.ts'
import { sendAsViewer } from './send-as-viewer.ts'
import { onSessionChange, sessionState } from './session.ts'

/** The variables that the examples leave open. */
const OPEN = /\$(postId|userId): ID!/

const WHAT_IS_THERE = '{ me { id } users(first: 2) { edges { node { id } } } publicFeed(first: 1) { edges { node { id } } } }'

interface Page {
  edges: { node: { id: string } }[]
}

interface WhatIsThere {
  me: { id: string } | null
  users: Page
  publicFeed: Page
}

/**
 * Writes into an example that is opened what it needs to run here: the id of the newest post, or of somebody else.
 * What was written there since the page is open stays.
 */
export function FillVariables() {
  const tab = useGraphiQL((state) => state.tabs[state.activeTabIndex])
  const editor = useGraphiQL((state) => state.variableEditor)
  const viewer = useSyncExternalStore(onSessionChange, () => sessionState().session?.username)
  const filled = useRef(new Map<string, string>())
  const id = tab?.id ?? ''
  const open = EXAMPLES.some(({ query }) => query === tab?.query) ? OPEN.exec(tab?.query ?? '')?.[1] : undefined

  // biome-ignore lint/correctness/useExhaustiveDependencies: to another viewer, somebody else is another
  useEffect(() => {
    if (!editor || !open) return
    let left = false
    // What was filled in before, also by an earlier visit to a server that is not there any more, is not what somebody wrote.
    const before = filled.current.get(id) ?? editor.getValue()
    const mayFill = () => !left && ['', before].includes(editor.getValue().trim())
    void findId(open).then((found) => {
      if (!found || !mayFill()) return
      const text = JSON.stringify({ [open]: found }, null, 2)
      filled.current.set(id, text)
      editor.setValue(text)
    })
    return () => {
      left = true
    }
  }, [editor, id, open, viewer])
  return null
}

async function findId(variable: string): Promise<string | undefined> {
  const { data } = await sendAsViewer({ query: WHAT_IS_THERE }).catch(() => ({ data: null }))
  if (!data) return undefined
  const { me, users, publicFeed } = data as unknown as WhatIsThere
  const { edges } = variable === 'postId' ? publicFeed : users
  return edges.find(({ node }) => node.id !== me?.id)?.node.id
}
