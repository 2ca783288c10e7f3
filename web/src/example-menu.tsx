import { DropdownMenu, useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import { EXAMPLES, type Example } from './examples.ts'

/** Brings an example back after its tab was closed or written over. */
export function ExampleMenu() {
  const { addTab, changeTab } = useGraphiQLActions()
  const tabs = useGraphiQL((state) => state.tabs)
  const editor = useGraphiQL((state) => state.queryEditor)

  function open(example: Example) {
    const index = tabs.findIndex((tab) => tab.query === example.query)
    if (index >= 0) return changeTab(index)
    addTab()
    editor?.setValue(example.query)
  }

  return (
    <DropdownMenu>
      <DropdownMenu.Button className="example-menu">
        Examples <span aria-hidden="true">▾</span>
      </DropdownMenu.Button>
      <DropdownMenu.Content align="end">
        {EXAMPLES.map((example) => (
          <DropdownMenu.Item key={example.title} onSelect={() => open(example)}>
            {example.title}
          </DropdownMenu.Item>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu>
  )
}
