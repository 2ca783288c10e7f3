import { renderMermaidSVG } from 'beautiful-mermaid'

/** The page's own colours, so that a diagram follows its light and dark side. */
const COLOURS = {
  bg: 'var(--sl-color-bg)',
  fg: 'var(--sl-color-text)',
  line: 'var(--sl-color-gray-3)',
  accent: 'var(--sl-color-accent)',
  muted: 'var(--sl-color-gray-2)',
  surface: 'var(--sl-color-gray-6)',
  border: 'var(--sl-color-gray-4)',
  transparent: true,
}

/** Blocks of mermaid become drawings while the hub is built: no script draws them in the browser. */
export function drawMermaid() {
  return (tree) => draw(tree)
}

function draw(node) {
  for (const [at, child] of (node.children ?? []).entries()) {
    if (child.type === 'code' && child.lang === 'mermaid') node.children[at] = { type: 'html', value: figureOf(child) }
    else draw(child)
  }
}

/** `meta` of the block (```mermaid the words) is what is read out instead. */
function figureOf({ value, meta }) {
  // The renderer would fetch a font from elsewhere.
  const svg = renderMermaidSVG(value, COLOURS).replace(/@import url\([^)]*\);?/g, '')
  const label = (meta ?? 'Diagram').replace(/[<>&"]/g, '')
  return `<figure class="diagram" role="img" aria-label="${label}" tabindex="0">${svg}</figure>`
}
