import { unified } from '@astrojs/markdown-remark'
import starlight from '@astrojs/starlight'
import { defineConfig } from 'astro/config'
import linksValidator from 'starlight-links-validator'
import { drawMermaid } from './hub/draw-mermaid.js'
import { finishBuild } from './hub/finish-build.js'
import { leaveHeadingToThePage } from './hub/leave-heading.js'
import { linkPages } from './hub/link-pages.js'
import { letTablesBeScrolled } from './hub/scroll-tables.js'
import { SIDEBAR } from './hub/sidebar.js'

const BESIDE_THE_HUB = ['/graphql', '/schema.graphql', '/api/**']
/** A folder's own page is its README, which the validator looks for under another address. */
const FOLDERS = ['/docs/case-study/', '/docs/concepts/', '/docs/decisions/']

/** The hub as `npm start` serves it at /docs: static, with its search index, and nothing from another origin. */
export default defineConfig({
  base: '/docs',
  outDir: 'dist',
  srcDir: 'hub',
  trailingSlash: 'always',
  // Pictures are put in as they are: nothing needs a codec while the hub is built.
  image: { service: { entrypoint: 'astro/assets/services/noop' } },
  markdown: {
    processor: unified({ remarkPlugins: [leaveHeadingToThePage, linkPages, drawMermaid], rehypePlugins: [letTablesBeScrolled] }),
  },
  integrations: [
    starlight({
      title: 'Nexus',
      description: 'How a social feed backend is built, resting on one that runs.',
      favicon: '/mark.svg',
      customCss: ['./hub/hub.css'],
      sidebar: SIDEBAR,
      plugins: [linksValidator({ errorOnLocalLinks: false, exclude: [...BESIDE_THE_HUB, ...FOLDERS] })],
      lastUpdated: false,
      credits: false,
    }),
    finishBuild(),
  ],
})
