import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  ask,
  enter,
  launchBrowser,
  nexusWithAlice,
  openPlayground,
  openTab,
  press,
  REFUSED,
  run,
  shownAnswer,
  signIn,
  stored,
  writeHeaders,
} from './open-playground.ts'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

it('shows alice what bob publishes as it happens, over a socket of the same origin, until she stops', async () => {
  const url = await nexusWithAlice()
  const bob = await signUpBob(url)
  const { page } = await openPlayground(browser, url)
  const sockets = socketsOf(page)
  await signIn(page)
  await follow(page, url)
  await listen(page, sockets)

  await publish(url, bob, 'first light')
  await expect.poll(() => shownAnswer(page)).toMatchObject(added('first light'))
  await publish(url, bob, 'second thoughts')
  await expect.poll(() => shownAnswer(page)).toMatchObject(added('second thoughts'))
  expect(new URL(sockets[0]?.url ?? '').host).toBe(new URL(url).host)

  await page.getByRole('button', { name: 'Stop query' }).click()
  await expect.poll(() => sockets[0]?.closed).toBe(true)
})

it('goes on listening with a new token when the server takes the old one no more', async () => {
  const url = await nexusWithAlice()
  const bob = await signUpBob(url)
  const { page, sent } = await openPlayground(browser, url)
  await signIn(page)
  await follow(page, url)
  const spoiled = { ...(await session(page)), token: 'ran.out.long-ago' }
  await page.evaluate(`sessionStorage.setItem('nexus:session', ${JSON.stringify(JSON.stringify(spoiled))})`)
  await enter(page, page.url())
  const sockets = socketsOf(page)
  await listen(page, sockets)

  await publish(url, bob, 'still there?')
  await expect.poll(() => shownAnswer(page)).toMatchObject(added('still there?'))
  expect(sockets).toHaveLength(2)
  expect(sent.filter(({ variables }) => variables?.refreshToken)).toHaveLength(1)
})

it('says why a subscription was refused, or ended with the session', async () => {
  const url = await nexusWithAlice()
  const { page } = await openPlayground(browser, url)
  const sockets = socketsOf(page)
  await openTab(page, 'Live')
  await run(page)
  await expect.poll(() => shownAnswer(page)).toMatchObject(REFUSED)

  await signIn(page)
  await listen(page, sockets)
  await ask(url, 'mutation { logout }', (await session(page)).token)
  await expect.poll(() => shownAnswer(page)).toEqual({ errors: [{ message: 'The session has ended: sign in again.' }] })

  await openTab(page, 'Headers')
  await writeHeaders(page, '{ "Authorization": "Bearer forged" }')
  await run(page)
  await expect.poll(() => shownAnswer(page)).toEqual({ errors: [{ message: expect.stringContaining('Forbidden') }] })
})

it('ends with the session of alice, and with its tab', async () => {
  const url = await nexusWithAlice()
  const { page } = await openPlayground(browser, url)
  const sockets = socketsOf(page)
  await signIn(page)
  await listen(page, sockets)
  await page.getByRole('button', { name: 'New tab' }).click()
  await tabIsOpen(page, 13)
  await expect.poll(() => sockets[0]?.closed).toBe(true)

  await listen(page, sockets)
  await press(page, 'Sign out')
  await page.getByText('The answer appears here.').waitFor()
  await expect.poll(() => sockets.every(({ closed }) => closed)).toBe(true)
})

it('renews the token by itself before it runs out', async () => {
  const url = await nexusWithAlice()
  const { page, sent } = await openPlayground(browser, url)
  await signIn(page)
  const first = await session(page)
  expect(first.renewAtMs - Date.now()).toBeGreaterThan(13 * 60_000)
  expect(first.renewAtMs - Date.now()).toBeLessThan(15 * 60_000)

  const due = JSON.stringify({ ...first, renewAtMs: Date.now() + 1000 })
  await page.evaluate(`sessionStorage.setItem('nexus:session', ${JSON.stringify(due)})`)
  await enter(page, page.url())
  await expect.poll(() => sent.filter(({ variables }) => variables?.refreshToken === first.refreshToken)).toHaveLength(1)
  await expect.poll(async () => (await session(page)).refreshToken).not.toBeNull()
  const next = await session(page)
  expect(next.refreshToken).not.toBe(first.refreshToken)
  expect(next.renewAtMs).toBeGreaterThan(first.renewAtMs)
})

interface Socket {
  url: string
  subscribed: boolean
  closed: boolean
}

/** The sockets that the page opens from now on, as they are. */
function socketsOf(page: Page): Socket[] {
  const sockets: Socket[] = []
  page.on('websocket', (opened) => {
    const socket = { url: opened.url(), subscribed: false, closed: false }
    sockets.push(socket)
    opened.on('framesent', ({ payload }) => {
      socket.subscribed ||= String(payload).includes('"type":"subscribe"')
    })
    opened.on('close', () => {
      socket.closed = true
    })
  })
  return sockets
}

async function listen(page: Page, sockets: Socket[]): Promise<void> {
  await openTab(page, 'Live')
  await tabIsOpen(page, 12)
  await run(page)
  await page.getByText('Listening.').waitFor()
  await expect.poll(() => sockets.some(({ subscribed, closed }) => subscribed && !closed)).toBe(true)
}

/** GraphiQL writes down which tab is open when it has come to rest: for a tenth of a second it takes an operation for one of the tab before. */
async function tabIsOpen(page: Page, index: number): Promise<void> {
  await expect.poll(() => stored(page, 'localStorage')).toContain(`activeTabIndex\\":${index}`)
}

function session(page: Page): Promise<{ token: string; refreshToken: string | null; renewAtMs: number }> {
  return page.evaluate("JSON.parse(sessionStorage.getItem('nexus:session'))")
}

async function signUpBob(url: string): Promise<string> {
  const answer = await ask(url, 'mutation { createUser(username: "bob", email: "bob@mail.com", password: "12345") { token } }')
  return (answer as { data: { createUser: { token: string } } }).data.createUser.token
}

async function follow(page: Page, url: string): Promise<void> {
  await ask(url, 'mutation { followUser(userId: 2) { user { id } } }', (await session(page)).token)
}

async function publish(url: string, bearer: string, content: string): Promise<void> {
  expect(await ask(url, `mutation { createPost(content: "${content}") { post { content } } }`, bearer)).toMatchObject({ data: {} })
}

function added(content: string) {
  return { data: { feedItemAdded: { reason: 'FOLLOWED', node: { content, author: { username: 'bob' } } } } }
}
