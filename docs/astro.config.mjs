import { unified } from '@astrojs/markdown-remark'
import starlight from '@astrojs/starlight'
import { defineConfig } from 'astro/config'
import linksValidator from 'starlight-links-validator'
import { drawMermaid } from './hub/draw-mermaid.js'
import { finishBuild } from './hub/finish-build.js'
import { leaveHeadingToThePage } from './hub/leave-heading.js'
import { linkPages } from './hub/link-pages.js'
import { SIDEBAR } from './hub/sidebar.js'

/** The hub as `npm start` serves it at /docs: static, with its search index, and nothing from another origin. */
export default defineConfig({
  base: '/docs',
  outDir: 'dist',
  srcDir: 'hub',
  trailingSlash: 'always',
  // Pictures are put in as they are: nothing needs a codec while the hub is built.
  image: { service: { entrypoint: 'astro/assets/services/noop' } },
  markdown: { processor: unified({ remarkPlugins: [leaveHeadingToThePage, linkPages, drawMermaid] }) },
  integrations: [
    starlight({
      title: 'Nexus',
      description: 'How a social feed backend is built, resting on one that runs.',
      favicon: '/mark.svg',
      customCss: ['./hub/hub.css'],
      sidebar: SIDEBAR,
      plugins: [linksValidator({ errorOnLocalLinks: false, exclude: ['/graphql', '/schema.graphql', '/api/**'] })],
      lastUpdated: false,
      credits: false,
    }),
    finishBuild(),
  ],
})
