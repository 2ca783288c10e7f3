import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXAMPLES } from './examples.ts'
import { freshNexus, launchBrowser, nexusWithAlice, openPlayground, openTab, run, shownAnswer, signIn } from './open-playground.ts'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

it('runs from the first tab to the last on a fresh server, each operation without an error', async () => {
  const { page } = await openPlayground(browser, await freshNexus())
  const titles = await page.locator('.graphiql-tab-button').allInnerTexts()
  expect(titles).toEqual(EXAMPLES.map(({ title }) => title))
  expect(titles).toHaveLength(13)

  for (const { title, operations } of EXAMPLES) {
    if (title === 'feed') await signIn(page)
    if (title === 'Live') continue
    await openTab(page, title)
    // The button knows the operations of a tab a moment after it was opened.
    await page.locator(`.graphiql-execute-button${operations.length > 1 ? '[aria-haspopup]' : ':not([aria-haspopup])'}`).waitFor()
    await variablesAreThere(page, title)
    for (const operation of operations) {
      await run(page)
      if (operations.length > 1) await page.getByRole('menuitem', { name: operation, exact: true }).click()
      await expect.poll(() => answerIn(page), { message: `${title} ${operation}` }).toEqual({ data: expect.anything() })
    }
  }
})

it('has what is elsewhere at hand: the documentation, the reference of REST, and the schema as a file', async () => {
  const url = await freshNexus()
  const { page } = await openPlayground(browser, url)
  for (const [name, path] of [
    ['Docs', '/docs/'],
    ['REST', '/api/reference/'],
  ] as const) {
    expect(await page.locator('.bar').getByRole('link', { name }).getAttribute('href')).toBe(path)
    expect((await fetch(url + path)).status).toBe(200)
  }

  const download = page.waitForEvent('download')
  await page.locator('.bar').getByRole('link', { name: 'Schema' }).click()
  expect((await download).suggestedFilename()).toMatch(/\.graphql$/)
})

describe.each([
  ['phone', { width: 390, height: 844 }],
  ['desktop', { width: 1280, height: 800 }],
] as const)('on a %s', (device, viewport) => {
  it.each(['light', 'dark'] as const)('is open to everybody, %s', async (colorScheme) => {
    const url = await nexusWithAlice()
    const { page } = await openPlayground(browser, url, { viewport, colorScheme })
    await signIn(page)
    await openTab(page, 'HomeFeed')
    await run(page)
    await expect.poll(() => shownAnswer(page)).toMatchObject({ data: {} })
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${device}-${colorScheme}.png` })
    expect(await barriers(page)).toEqual([])
  })
})

/** The whole answer, more than is to be seen at once; undefined while there is none. */
async function answerIn(page: Page): Promise<unknown> {
  const text = await textOf(page, 'response.json')
  return text === '' ? undefined : JSON.parse(text)
}

async function variablesAreThere(page: Page, title: string): Promise<void> {
  const text = EXAMPLES.find((example) => example.title === title)?.query ?? ''
  const variable = /\$(\w+): ID!/.exec(text)?.[1]
  if (variable) await expect.poll(() => textOf(page, 'variables.json'), { message: title }).toContain(`"${variable}": "`)
}

function textOf(page: Page, editor: string): Promise<string> {
  return page.evaluate(`__MONACO.editor.getModels().find((model) => model.uri.path.endsWith('${editor}')).getValue()`)
}

async function barriers(page: Page): Promise<string[]> {
  // GraphiQL's tabs hold the buttons that open and close them.
  const { violations } = await new AxeBuilder({ page }).disableRules('nested-interactive').analyze()
  return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`)
}
