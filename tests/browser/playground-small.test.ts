import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  enter,
  freshNexus,
  launchBrowser,
  nexusWithAlice,
  openPlayground,
  openTab,
  press,
  run,
  shownAnswer,
  signIn,
  stored,
} from './open-playground.ts'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

it('forgets what alice was answered, in every tab, when she signs out', async () => {
  const url = await nexusWithAlice()
  const { page } = await openPlayground(browser, url)
  await signIn(page)
  for (const tab of ['feed', 'HomeFeed']) {
    await openTab(page, tab)
    await run(page)
    await expect.poll(() => shownAnswer(page)).toMatchObject({ data: {} })
  }
  await press(page, 'Sign out')
  for (const tab of ['HomeFeed', 'feed']) {
    await openTab(page, tab)
    await page.getByText('The answer appears here.').waitFor()
    expect(await shownAnswer(page)).toBeUndefined()
  }
})

it('says in a sentence, and no more, that there is no answer', async () => {
  const url = await freshNexus()
  const { page } = await openPlayground(browser, url)
  await page.route('**/graphql', (route) => route.fulfill({ body: 'no such server' }))
  await run(page)
  const message = expect.stringMatching(/^The server answered with status 200 and no +GraphQL answer\.$/)
  await expect.poll(() => shownAnswer(page)).toEqual({ errors: [{ message }] })
})

describe('on a phone', () => {
  const viewport = { width: 390, height: 844 }

  it('says below the form that alice has signed out', async () => {
    const url = await nexusWithAlice()
    const { page } = await openPlayground(browser, url, { viewport })
    await signIn(page)
    await press(page, 'Sign out')
    const notice = await boxOf(page.getByText('Signed out.'))
    const form = await boxOf(page.getByRole('form', { name: 'Sign in' }))
    expect(notice.y).toBeGreaterThanOrEqual(form.y + form.height)
    expect(form.width).toBeGreaterThan(viewport.width - 40)
  })

  it('shows the settings whole', async () => {
    const { page } = await openPlayground(browser, await freshNexus(), { viewport })
    await page.getByRole('button', { name: 'Open settings dialog' }).click()
    const dialog = await boxOf(page.getByRole('dialog'))
    for (const name of ['System', 'Light', 'Dark', 'Clear data']) {
      const button = await boxOf(page.getByRole('dialog').getByRole('button', { name, exact: true }))
      expect(button.x, name).toBeGreaterThan(dialog.x)
      expect(button.x + button.width, name).toBeLessThan(dialog.x + dialog.width)
    }
  })

  it('opens again with the tab in sight at which it was left', async () => {
    const { page } = await openPlayground(browser, await freshNexus(), { viewport })
    await openTab(page, 'HomeFeed')
    await expect.poll(() => stored(page, 'localStorage')).toContain('activeTabIndex\\":5')
    await enter(page, page.url())
    const tabs = await boxOf(page.locator('.graphiql-tabs'))
    const inSight = async () => {
      const tab = await boxOf(page.locator('.graphiql-tab-active'))
      return tab.x >= tabs.x && tab.x + tab.width <= tabs.x + tabs.width + 1
    }
    await expect.poll(inSight).toBe(true)
    expect(await page.locator('.graphiql-tab-active').innerText()).toContain('HomeFeed')
  })

  it('names the whole shortcut in the search of the documentation', async () => {
    const { page } = await openPlayground(browser, await freshNexus(), { viewport })
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
    await page.locator('.graphiql-doc-explorer-search input').waitFor()
    const { wanted, given } = await widthOfPlaceholder(page)
    expect(wanted).toBeGreaterThan(50)
    expect(given).toBeGreaterThanOrEqual(wanted)
  })
})

async function boxOf(element: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await element.boundingBox()
  if (!box) throw new Error('it is not to be seen')
  return box
}

function widthOfPlaceholder(page: Page): Promise<{ wanted: number; given: number }> {
  return page.evaluate(`(() => {
    const input = document.querySelector('.graphiql-doc-explorer-search input')
    const canvas = document.createElement('canvas').getContext('2d')
    const { fontSize, fontFamily, paddingLeft, paddingRight } = getComputedStyle(input)
    canvas.font = fontSize + ' ' + fontFamily
    return { wanted: canvas.measureText(input.placeholder).width, given: input.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) }
  })()`)
}
