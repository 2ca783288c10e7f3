import type { Scene } from './demo-posts.ts'

const [WIDTH, HEIGHT] = [1200, 800]

/** A picture for a post, as SVG: a few shapes in the manner of paper cuts. */
export function drawScene(scene: Scene): string {
  return picture(WIDTH, HEIGHT, SCENES[scene]())
}

/** A picture of somebody, as SVG: two shapes in their hue, different for every name. */
export function drawPortrait(name: string, hue: number): string {
  const turn = [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % 60
  return picture(
    400,
    400,
    `<rect width="400" height="400" fill="hsl(${hue} 45% 88%)"/>
     <g transform="rotate(${turn - 30} 200 200)"><circle cx="200" cy="420" r="190" fill="hsl(${hue} 50% 42%)"/>
     <circle cx="200" cy="175" r="88" fill="hsl(${(hue + 24) % 360} 55% 66%)"/>
     <path d="M112 165 a88 88 0 0 1 176 0 q-88 -${30 + (turn % 40)} -176 0" fill="hsl(${hue} 40% 26%)"/></g>`,
  )
}

function picture(width: number, height: number, shapes: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${shapes}</svg>`
}

const sky = (top: string, bottom: string) =>
  `<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/></linearGradient></defs>
   <rect width="${WIDTH}" height="${HEIGHT}" fill="url(#sky)"/>`

/** A ridge across the picture: waves of one height about a line. */
function ridge(y: number, height: number, length: number, shift: number, fill: string): string {
  const points = Array.from({ length: 61 }, (_, at) => {
    const x = at * 20
    return `${x},${Math.round(y - height * (Math.sin((x + shift) / length) + Math.sin((x + shift) / (length / 2.3)) / 2))}`
  })
  return `<polygon points="0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}" fill="${fill}"/>`
}

const times = (count: number, draw: (at: number) => string) => Array.from({ length: count }, (_, at) => draw(at)).join('')

const SCENES: Record<Scene, () => string> = {
  coast: () =>
    sky('#f6c9a8', '#fbe9d2') +
    '<circle cx="860" cy="330" r="70" fill="#f2784b"/>' +
    ridge(430, 14, 90, 0, '#2f7f9e') +
    ridge(520, 20, 120, 400, '#276c8a') +
    ridge(640, 60, 210, 900, '#1d4e66') +
    ridge(740, 50, 160, 100, '#12384b'),
  loaves: () =>
    '<rect width="1200" height="800" fill="#3b2a20"/><rect y="520" width="1200" height="280" fill="#2a1d16"/>' +
    times(5, (at) => {
      const [x, y] = [210 + at * 195, at % 2 ? 470 : 520]
      return `<ellipse cx="${x}" cy="${y}" rx="130" ry="92" fill="hsl(${26 + at * 2} 55% ${40 + at * 3}%)"/>
        <path d="M${x - 70} ${y - 40} q70 -46 140 0 M${x - 80} ${y} q80 -46 160 0" stroke="#f4e3c8" stroke-width="9" fill="none" stroke-linecap="round"/>`
    }),
  night: () =>
    sky('#0c1330', '#27335e') +
    '<circle cx="930" cy="170" r="58" fill="#f3ecd2"/>' +
    times(7, (at) => `<rect x="${at * 180 - 20}" y="${300 + ((at * 67) % 140)}" width="150" height="500" fill="#0a0f24"/>`) +
    '<rect x="396" y="470" width="44" height="60" fill="#f7c95c"/><rect y="690" width="1200" height="110" fill="#11183a"/>' +
    '<rect x="404" y="700" width="28" height="90" fill="#f7c95c" opacity=".35"/><rect x="905" y="700" width="50" height="100" fill="#f3ecd2" opacity=".25"/>',
  garden: () =>
    sky('#dff0f5', '#f4f7ea') +
    times(
      4,
      (row) =>
        `<rect y="${440 + row * 95}" width="1200" height="95" fill="hsl(${110 + row * 6} 38% ${46 - row * 7}%)"/>` +
        times(13, (at) => {
          const [x, y] = [at * 100 + (row % 2) * 50, 440 + row * 95]
          return `<circle cx="${x}" cy="${y}" r="52" fill="hsl(${118 + row * 5} 42% ${40 - row * 6}%)"/><circle cx="${x + 16}" cy="${y + 8}" r="${9 + row * 2}" fill="#d9402b"/>`
        }),
    ),
  hills: () =>
    sky('#cfe3f2', '#f3efe6') +
    ridge(360, 55, 190, 0, '#9dbdd6') +
    ridge(450, 60, 230, 500, '#6f98ba') +
    times(6, (at) => `<path d="M${300 + at * 90} 560 v-60 a36 36 0 0 1 72 0 v60" fill="none" stroke="#4a3f39" stroke-width="16"/>`) +
    '<rect x="280" y="440" width="570" height="26" fill="#4a3f39"/>' +
    ridge(590, 50, 180, 250, '#46709a') +
    ridge(700, 40, 240, 800, '#2b4a6c'),
  sea: () =>
    sky('#b9c8d0', '#e3e7e6') +
    ridge(430, 8, 60, 0, '#7d939d') +
    ridge(520, 10, 80, 300, '#6a838f') +
    times(14, (at) => {
      const [x, y] = [60 + ((at * 241) % 1100), 470 + ((at * 89) % 210)]
      return `<path d="M${x} ${y} q10 -34 34 -30 q22 4 20 30z" fill="#2c3940"/>`
    }) +
    ridge(720, 12, 100, 100, '#516b77'),
}
