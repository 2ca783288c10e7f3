import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Nexus, startNexus } from '../cast.ts'
import { launchBrowser } from './open-playground.ts'

let browser: Browser
let nexus: Nexus

beforeAll(async () => {
  browser = await launchBrowser()
  nexus = await startNexus()
})
afterAll(async () => {
  await browser?.close()
  await nexus?.close()
})

const LOOKS = [
  { width: 390, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
] as const

describe('the documentation hub', () => {
  it.each(LOOKS)('reads well for everybody at $width pixels, $colorScheme', async ({ width, colorScheme }) => {
    const page = await openHub('/docs/', { viewport: { width, height: 800 }, colorScheme })
    await page.locator('figure.diagram svg').first().waitFor()

    // The theme's search button shows its shortcut, Ctrl K, beside its name, which the rule takes for a part of it.
    const { violations } = await new AxeBuilder({ page }).exclude('button[data-open-modal]').analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
  })

  it.each(['start/from-django', 'reference/graphql', 'reference/tables'])(
    'reads as well at /docs/%s/, on a phone at night',
    async (address) => {
      const page = await openHub(`/docs/${address}/`, { viewport: { width: 390, height: 800 }, colorScheme: 'dark' })
      const { violations } = await new AxeBuilder({ page }).exclude('button[data-open-modal]').analyze()
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 300)).join(' ')}`)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    },
  )

  it('leads from page to page, and finds words without asking anybody else', async () => {
    const page = await openHub('/docs/')
    await page.getByRole('link', { name: 'Feeds at scale' }).first().click()
    await page.getByRole('heading', { name: 'Two ways to pay' }).waitFor()

    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('searchbox').or(page.getByPlaceholder('Search')).last().fill('watermark')
    await page.locator('.pagefind-ui__result').first().waitFor()
  })

  it('says so where there is no page', async () => {
    const page = await browser.newPage()
    onTestFinished(() => page.close())
    const answer = await page.goto(`${nexus.url}/docs/no-such-page/`)
    expect(answer?.status()).toBe(404)
    await page.getByRole('heading', { name: 'Nothing here' }).waitFor()
  })
})

/** Opens a page of the hub. The test fails at its end if it asked another origin for anything, was held back by its policy, or logged an error. */
async function openHub(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options)
  const wrong: string[] = []
  context.on('request', (request) => {
    const target = new URL(request.url())
    if (target.protocol !== 'data:' && target.origin !== nexus.url) wrong.push(`asked ${request.url()}`)
  })
  context.on('weberror', (error) => wrong.push(`threw ${error.error().message}`))
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) wrong.push(`logged ${message.text()}`)
  })
  onTestFinished(async () => {
    await context.close()
    expect(wrong).toEqual([])
  })
  const page = await context.newPage()
  const answer = await page.goto(`${nexus.url}${path}`)
  expect(answer?.status()).toBe(200)
  return page
}
