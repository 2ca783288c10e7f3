/** The page shows its title itself: the first heading of the first level, which the file begins with, would be a second one. */
export function leaveHeadingToThePage() {
  return (tree) => {
    const at = tree.children.findIndex((node) => node.type === 'heading' && node.depth === 1)
    if (at >= 0) tree.children.splice(at, 1)
  }
}
