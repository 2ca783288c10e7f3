import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  freshNexus,
  launchBrowser,
  nexusWithAlice,
  openPlayground,
  openTab,
  REFUSED,
  run,
  shownAnswer,
  signIn,
  writeHeaders,
  writeQuery,
} from './open-playground.ts'

const CREATE_ALICE = `mutation {
  createUser(username: "alice", email: "alice@mail.com", password: "12345") {
    user {
      id
      username
    }
  }
}
`
const FEED = `{
  feed(userId: 1) {
    id
    content
    author {
      username
    }
    createdAt
  }
}
`

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

describe("the README's first examples", () => {
  it('signs alice up as the first user, by the play button, letter for letter', async () => {
    const url = await freshNexus()
    const { page, sent } = await openPlayground(browser, url)
    await run(page)
    await expect.poll(() => shownAnswer(page)).toEqual({ data: { createUser: { user: { id: '1', username: 'alice' } } } })

    const [comment = '', ...lines] = sent[0]?.query.split('\n') ?? []
    expect(comment).toMatch(/^# .*token/)
    expect(lines.join('\n')).toBe(CREATE_ALICE)
  })

  it('reads the feed of alice once she is signed in above the editor', async () => {
    const url = await nexusWithAlice()
    const { page, sent } = await openPlayground(browser, url)
    await openTab(page, 'feed')
    await run(page)
    await expect.poll(() => shownAnswer(page)).toMatchObject(REFUSED)

    await signIn(page)
    await run(page)
    await expect.poll(() => shownAnswer(page)).toEqual({ data: { feed: [] } })
    expect(sent.at(-1)?.query.split('\n').slice(1).join('\n')).toBe(FEED)
  })
})

describe('the editor', () => {
  it('knows the schema: it completes fields and opens the documentation', async () => {
    const url = await freshNexus()
    const { page } = await openPlayground(browser, url)
    await writeQuery(page, '')
    await page.locator('.graphiql-query-editor .monaco-editor').click()
    await page.keyboard.type('{ homeF')
    await page.locator('.suggest-widget').getByText('homeFeed', { exact: true }).waitFor()

    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
    await page.locator('.graphiql-doc-explorer').getByRole('link', { name: 'Mutation' }).click()
    await page.locator('.graphiql-doc-explorer').getByRole('link', { name: 'followUser', exact: true }).waitFor()
  })

  it('sends a header that is given by hand in place of its own, and offers to keep none', async () => {
    const url = await nexusWithAlice()
    const { page, sent } = await openPlayground(browser, url)
    await signIn(page)
    await openTab(page, 'feed')
    await openTab(page, 'Headers')
    await writeHeaders(page, '{ "Authorization": "Bearer forged" }')
    await run(page)
    await expect.poll(() => shownAnswer(page)).toMatchObject(REFUSED)
    expect(sent.at(-1)?.authorization).toBe('Bearer forged')
    await page.getByText('Signed in as alice', { exact: true }).waitFor()

    await page.getByRole('button', { name: 'Open settings dialog' }).click()
    await page.getByText('Clear storage').waitFor()
    expect(await page.getByText('Persist headers').count()).toBe(0)
  })

  it('turns dark with its bar when dark is chosen in the settings', async () => {
    const url = await freshNexus()
    const { page } = await openPlayground(browser, url, { colorScheme: 'light' })
    const light = await background(page, '.bar')
    await page.getByRole('button', { name: 'Open settings dialog' }).click()
    await page.getByRole('button', { name: 'Dark', exact: true }).click()
    await page.locator('.graphiql-query-editor .monaco-editor.vs-dark').waitFor()
    expect(await background(page, '.bar')).not.toBe(light)
  })

  it('brings an example back after its tab was closed', async () => {
    const url = await freshNexus()
    const { page } = await openPlayground(browser, url)
    await page.getByRole('button', { name: 'Close Tab' }).first().click()
    expect(await page.getByRole('button', { name: 'createUser', exact: true }).count()).toBe(0)
    await page.getByRole('button', { name: 'Examples' }).click()
    await page.getByRole('menuitem', { name: 'createUser' }).click()
    await page.getByRole('button', { name: 'createUser', exact: true }).waitFor()
    await run(page)
    await expect.poll(() => shownAnswer(page)).toEqual({ data: { createUser: { user: { id: '1', username: 'alice' } } } })
  })
})

describe.each([
  ['phone', { width: 375, height: 720 }],
  ['desktop', { width: 1280, height: 800 }],
] as const)('on a %s', (_device, viewport) => {
  it.each(['light', 'dark'] as const)('shows the editor whole, %s like the system', async (colorScheme) => {
    const url = await freshNexus()
    const { page } = await openPlayground(browser, url, { viewport, colorScheme })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width)
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBe(viewport.height)

    const editor = await page.locator('.graphiql-query-editor .monaco-editor').boundingBox()
    const play = await page.locator('.graphiql-execute-button').boundingBox()
    for (const box of [editor!, play!]) {
      expect(box.x).toBeGreaterThanOrEqual(0)
      expect(box.x + box.width).toBeLessThanOrEqual(viewport.width)
      expect(box.y + box.height).toBeLessThanOrEqual(viewport.height)
    }
    expect(editor!.width).toBeGreaterThan(250)
    expect(editor!.height).toBeGreaterThan(150)
    expect(await page.locator('.graphiql-query-editor .monaco-editor.vs-dark').count()).toBe(colorScheme === 'dark' ? 1 : 0)
  })

  it('keeps its tools in reach of a pointer beside a long answer', async () => {
    const url = await freshNexus()
    const { page } = await openPlayground(browser, url, { viewport })
    await openTab(page, 'feed')
    await run(page)
    await page.locator('.graphiql-response').getByText('"errors"').waitFor()
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
    await page.locator('.graphiql-doc-explorer').getByRole('link', { name: 'Mutation' }).click()
  })
})

function background(page: Page, selector: string): Promise<string> {
  return page.evaluate(`getComputedStyle(document.querySelector('${selector}')).backgroundColor`)
}
