/** A table that is wider than a phone scrolls in itself, also by the keyboard. */
export function letTablesBeScrolled() {
  return (tree) => walk(tree)
}

function walk(node) {
  if (node.tagName === 'table') node.properties = { ...node.properties, tabIndex: 0 }
  for (const child of node.children ?? []) walk(child)
}
