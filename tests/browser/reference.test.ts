import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

/** By WCAG 2.2 the least contrast of text with what it stands on. */
const CONTRAST_MIN = 4.5

describe('the reference of REST', () => {
  it.each([
    { width: 390, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
    { width: 1280, colorScheme: 'light' },
    { width: 1280, colorScheme: 'dark' },
  ] as const)('can be read at $width pixels, $colorScheme, and asks nobody else', async ({ width, colorScheme }) => {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme })
    const wrong: string[] = []
    page.on('request', (request) => {
      if (!request.url().startsWith(nexus.url) && !request.url().startsWith('data:')) wrong.push(`asked ${request.url()}`)
    })
    page.on('console', (message) => {
      if (message.type() === 'error') wrong.push(`logged ${message.text()}`)
    })
    await page.goto(`${nexus.url}/api/reference/`)
    await page.locator('.opblock-summary-description').first().waitFor()

    for (const words of ['.info .title', '.opblock-tag', '.opblock-summary-description'])
      expect([words, Number(await page.evaluate(`(${contrastOf})('${words}')`)) >= CONTRAST_MIN]).toEqual([words, true])
    expect(wrong).toEqual([])
    await page.close()
  })
})

/** Runs in the page: how much the text stands out from the page below it. */
const contrastOf = `(selector) => {
  const paint = document.createElement('canvas').getContext('2d')
  const luminance = (...colours) => {
    for (const colour of colours) { paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1) }
    const [red, green, blue] = [...paint.getImageData(0, 0, 1, 1).data].map((byte) => byte / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const grounds = []
  for (let node = document.querySelector(selector); node; node = node.parentElement) grounds.unshift(getComputedStyle(node).backgroundColor)
  const ground = luminance(matchMedia('(prefers-color-scheme: dark)').matches ? '#121212' : '#ffffff', ...grounds)
  const text = luminance(getComputedStyle(document.querySelector(selector)).color)
  return (Math.max(ground, text) + 0.05) / (Math.min(ground, text) + 0.05)
}`
