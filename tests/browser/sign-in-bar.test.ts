import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ask,
  enter,
  fillSignIn,
  freshNexus,
  launchBrowser,
  nexusWithAlice,
  openPlayground,
  openTab,
  type Playground,
  press,
  REFUSED,
  run,
  shownAnswer,
  signIn,
  stored,
  writeQuery,
} from './open-playground.ts'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

it('says in plain words that a password is wrong, and lets alice in with the right one', async () => {
  const url = await nexusWithAlice()
  const { page } = await openPlayground(browser, url)
  await fillSignIn(page, { Username: 'alice', Password: 'wrong' })
  await press(page, 'Sign in')
  await page.getByRole('alert').filter({ hasText: 'The username or the password is wrong.' }).waitFor()
  expect(await focused(page)).toBe('password')

  await signIn(page)
  expect(await focused(page)).toBe('Signed in as alice')
  expect(await stored(page, 'localStorage')).not.toContain((await session(page)).token)
})

it('signs bob up, and says beside the field which name is taken', async () => {
  const url = await nexusWithAlice()
  const { page } = await openPlayground(browser, url)
  await press(page, 'Sign up')
  await fillSignIn(page, { Username: 'Alice', 'E-mail': 'bob@mail.com', Password: '12345' })
  await press(page, 'Sign up')
  await page.locator('.field', { hasText: 'Username' }).getByRole('alert').filter({ hasText: 'taken' }).waitFor()
  expect(await focused(page)).toBe('username')

  await fillSignIn(page, { Username: 'bob', Password: '12345' })
  await press(page, 'Sign up')
  await page.getByText('Signed in as bob', { exact: true }).waitFor()
})

it('ends the session on the server when alice signs out', async () => {
  const url = await nexusWithAlice()
  const { page } = await openPlayground(browser, url)
  await signIn(page)
  const used = (await session(page)).token
  await press(page, 'Sign out')
  await page.getByRole('button', { name: 'Sign in' }).waitFor()

  expect(await stored(page, 'sessionStorage')).not.toContain(used)
  expect(await ask(url, '{ me { username } }', used)).toMatchObject(REFUSED)
})

it('renews a token that ran out, and never sends a refresh token twice', async () => {
  const url = await nexusWithAlice()
  const { page, sent } = await openPlayground(browser, url)
  await signIn(page)
  for (const _time of ['once', 'and with the next refresh token']) {
    await spoilToken(page)
    await enter(page, page.url())
    await openTab(page, 'feed')
    await run(page)
    await expect.poll(() => shownAnswer(page)).toEqual({ data: { feed: [] } })
  }

  expect(refreshTokens(sent)).toHaveLength(2)
  expect(new Set(refreshTokens(sent))).toHaveLength(2)
})

it('renews once for two requests that are refused together', async () => {
  const url = await nexusWithAlice()
  const { page, sent } = await openPlayground(browser, url)
  await signIn(page)
  await spoilToken(page)
  await enter(page, page.url())
  await openTab(page, 'feed')
  await page.evaluate("document.querySelectorAll('.graphiql-execute-button, .signed-in button').forEach((button) => button.click())")
  await page.getByText('Signed out.').waitFor()

  expect(refreshTokens(sent)).toHaveLength(1)
  for (const field of ['feed(', 'logout']) expect(sent.filter(({ query }) => query.includes(field))).toHaveLength(2)
})

it('leaves the refresh token to the newest of two tabs with one session', async () => {
  const url = await nexusWithAlice()
  const { page, sent } = await openPlayground(browser, url)
  await signIn(page)
  const copy = await stored(page, 'sessionStorage')
  const twin = await page.context().newPage()
  await twin.addInitScript(`for (const [key, value] of ${copy}) sessionStorage.setItem(key, value)`)
  await enter(twin, page.url())
  await twin.getByText('Signed in as alice', { exact: true }).waitFor()

  await expect.poll(async () => (await session(page)).refreshToken).toBeNull()
  expect((await session(twin)).refreshToken).toEqual(expect.any(String))
  expect(refreshTokens(sent)).toEqual([])
})

it('asks alice to sign in again when her session has ended elsewhere', async () => {
  const url = await nexusWithAlice()
  const { page } = await openPlayground(browser, url)
  await signIn(page)
  await ask(url, 'mutation { logout }', (await session(page)).token)
  await openTab(page, 'feed')
  await run(page)
  await page.getByText('Your session has ended. Sign in again.').waitFor()
  await expect.poll(() => shownAnswer(page)).toMatchObject(REFUSED)
})

it('signs carol in when her sign-up in the editor asks for the token', async () => {
  const url = await freshNexus()
  const { page } = await openPlayground(browser, url)
  await writeQuery(page, 'mutation { createUser(username: "carol", email: "carol@mail.com", password: "12345") { token refreshToken } }')
  await run(page)
  await page.getByText('Signed in as carol', { exact: true }).waitFor()
  expect(await stored(page, 'localStorage')).not.toContain((await session(page)).token)
})

describe.each([
  ['phone', { width: 375, height: 720 }],
  ['desktop', { width: 1280, height: 800 }],
] as const)('on a %s', (_device, viewport) => {
  it.each(['light', 'dark'] as const)('keeps its bar open to everybody, %s', async (colorScheme) => {
    const url = await nexusWithAlice()
    const { page } = await openPlayground(browser, url, { viewport, colorScheme })
    await press(page, 'Sign up')
    await fillSignIn(page, { Username: 'alice', 'E-mail': 'a@mail.com', Password: '12345' })
    await press(page, 'Sign up')
    await page.getByRole('alert').filter({ hasText: 'taken' }).waitFor()
    expect(await barriers(page)).toEqual([])

    await press(page, 'Sign in instead')
    await signIn(page)
    expect(await barriers(page)).toEqual([])
  })
})

interface StoredSession {
  token: string
  refreshToken: string | null
}

function session(page: Page): Promise<StoredSession> {
  return page.evaluate("JSON.parse(sessionStorage.getItem('nexus:session'))")
}

/** What an expired token is to the server: one that it no longer takes. */
async function spoilToken(page: Page): Promise<void> {
  const { token, ...rest } = await session(page)
  const spoiled = JSON.stringify({ ...rest, token: `${token}x` })
  await page.evaluate(`sessionStorage.setItem('nexus:session', ${JSON.stringify(spoiled)})`)
}

function refreshTokens(sent: Playground['sent']): unknown[] {
  return sent.map(({ variables }) => variables?.refreshToken).filter(Boolean)
}

function focused(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.name ?? document.activeElement.innerText')
}

async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include('.bar').analyze()
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, help }) => `${id}: ${help}`)
}
