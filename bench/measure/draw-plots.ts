export interface Bar {
  label: string
  value: number
  /** The least and the greatest of the rounds. */
  range: [number, number]
  shown: string
  colour: 'ours' | 'peer'
}

export interface Line {
  label: string
  colour: 'ours' | 'peer'
  points: [x: number, y: number][]
}

const WIDTH = 720
const LABEL_WIDTH = 230
const VALUE_WIDTH = 110
const ROW_HEIGHT = 34
const TOP = 46
const STYLE = `<style>
text { font: 14px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.ours { fill: #2563eb }
.peer { fill: #8b949e }
.range { stroke: #1f2328; stroke-width: 1.5 }
.line { fill: none; stroke-width: 2.5 }
.line.ours { stroke: #2563eb }
.line.peer { stroke: #8b949e }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .ours { fill: #6ea8fe } .line.ours { fill: none; stroke: #6ea8fe } .range { stroke: #e6edf3 } }
</style>`

/** Bars of medians with the spread of the rounds. Colours follow the reader's light or dark. */
export function drawBars(title: string, bars: Bar[]): string {
  const height = TOP + bars.length * ROW_HEIGHT + 14
  const most = Math.max(...bars.map((bar) => bar.range[1]))
  const scale = (value: number) => (value / most) * (WIDTH - LABEL_WIDTH - VALUE_WIDTH)
  const rows = bars.map((bar, index) => drawBar(bar, TOP + index * ROW_HEIGHT, scale))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">
${STYLE}
<text class="title" x="8" y="24">${escaped(title)}</text>
${rows.join('\n')}
</svg>
`
}

function drawBar({ label, value, range, shown, colour }: Bar, y: number, scale: (value: number) => number): string {
  const middle = y + ROW_HEIGHT / 2
  const [least, greatest] = range.map((each) => LABEL_WIDTH + scale(each)) as [number, number]
  const spread =
    greatest - least < 1 ? '' : `<line class="range" x1="${place(least)}" x2="${place(greatest)}" y1="${middle}" y2="${middle}"/>`
  return `<text x="${LABEL_WIDTH - 10}" y="${middle + 5}" text-anchor="end">${escaped(label)}</text>
<rect class="${colour}" x="${LABEL_WIDTH}" y="${y + 6}" width="${place(scale(value))}" height="${ROW_HEIGHT - 12}" rx="3"/>
${spread}<text x="${place(greatest + 8)}" y="${middle + 5}">${escaped(shown)}</text>`
}

function place(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

const PLOT = { left: 70, right: 150, bottom: 40, height: 360 }

/** Lines over two axes of powers of ten. */
export function drawLines(title: string, lines: Line[]): string {
  const [xs, ys] = [0, 1].map((axis) => lines.flatMap(({ points }) => points.map((point) => Math.log10(point[axis] ?? 1)))) as [
    number[],
    number[],
  ]
  const [left, right] = [Math.floor(Math.min(...xs)), Math.ceil(Math.max(...xs))]
  const [low, high] = [Math.floor(Math.min(...ys)), Math.ceil(Math.max(...ys))]
  const x = (value: number) => place(PLOT.left + ((Math.log10(value) - left) / (right - left || 1)) * (WIDTH - PLOT.left - PLOT.right))
  const y = (value: number) =>
    place(PLOT.height - PLOT.bottom - ((Math.log10(value) - low) / (high - low || 1)) * (PLOT.height - PLOT.bottom - TOP))
  const powers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index))
  const axes = [
    ...powers(left, right).map(
      (value) => `<text x="${x(value)}" y="${PLOT.height - 14}" text-anchor="middle">${value.toLocaleString('en')}</text>`,
    ),
    ...powers(low, high).map(
      (value) => `<text x="${PLOT.left - 12}" y="${y(value) + 5}" text-anchor="end">${value.toLocaleString('en')}</text>`,
    ),
  ]
  const drawn = lines.map(({ label, colour, points }) => {
    const [lastX, lastY] = points.at(-1) ?? [1, 1]
    const path = points.map((point) => `${x(point[0])},${y(point[1])}`).join(' ')
    const dots = points.map((point) => `<circle class="${colour}" cx="${x(point[0])}" cy="${y(point[1])}" r="4"/>`).join('')
    return `<polyline class="line ${colour}" points="${path}"/>${dots}<text x="${x(lastX) + 10}" y="${y(lastY) + 5}">${escaped(label)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${PLOT.height}" role="img" aria-label="${escaped(title)}">
${STYLE}
<text class="title" x="8" y="24">${escaped(title)}</text>
${axes.join('\n')}
${drawn.join('\n')}
</svg>
`
}
