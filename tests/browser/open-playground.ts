import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { startNexus } from '../cast.ts'

/** What an answer has in it when nobody is signed in who would need to be. */
export const REFUSED = { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** A browser for which no host exists but this machine, so that a page that wants anything from elsewhere fails visibly. */
export function launchBrowser(): Promise<Browser> {
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking']
  const hosts = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost'
  return chromium.launch({ executablePath: CHROMIUM, args: [...args, hosts] })
}

/** The address of a Nexus with an empty database. It stops after the pages that the test opens on it are closed. */
export async function freshNexus(): Promise<string> {
  const nexus = await startNexus()
  onTestFinished(() => nexus.close())
  return nexus.url
}

/** The same with alice as its first user, whose password is 12345. */
export async function nexusWithAlice(): Promise<string> {
  const url = await freshNexus()
  const answer = await ask(url, 'mutation { createUser(username: "alice", email: "alice@mail.com", password: "12345") { user { id } } }')
  expect(answer).toEqual({ data: { createUser: { user: { id: '1' } } } })
  return url
}

export interface Playground {
  page: Page
  /** What the page has sent by GraphQL so far, oldest first, without its introspections. */
  sent: { query: string; variables?: Record<string, unknown>; authorization?: string }[]
}

/**
 * Opens the playground of a running Nexus like somebody who was never there. The test fails at its end if the page asked another origin for
 * anything, was held back by its policy, or logged a warning or an error.
 */
export async function openPlayground(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Playground> {
  const { origin } = new URL(url)
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const wrong: string[] = []
  const sent: Playground['sent'] = []

  context.on('request', (request) => {
    const target = new URL(request.url())
    if (target.protocol !== 'data:' && target.origin !== origin) wrong.push(`asked ${request.url()}`)
    if (request.method() !== 'POST') return
    const posted = request.postDataJSON()
    if (posted.operationName !== 'IntrospectionQuery') sent.push({ ...posted, authorization: request.headers().authorization })
  })
  context.on('weberror', (error) => wrong.push(`threw ${error.error().message}`))
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) wrong.push(`logged ${message.text()}`)
  })
  onTestFinished(async () => {
    await context.close()
    expect(wrong).toEqual([])
  })

  await context.addInitScript("addEventListener('securitypolicyviolation', (held) => console.error('held back', held.blockedURI))")
  const page = await context.newPage()
  await enter(page, `${origin}/graphql`)
  return { page, sent }
}

/** Goes to the playground and waits until the editor can be used and knows the schema. */
export async function enter(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.locator('.graphiql-query-editor .view-line').first().waitFor()
  await page.locator('.graphiql-sidebar .graphiql-spin').waitFor({ state: 'detached' })
}

export async function openTab(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: title, exact: true }).click()
}

/** Writes over the query in the open tab, as somebody who pastes another one. */
export function writeQuery(page: Page, query: string): Promise<void> {
  return write(page, 'operation.graphql', query)
}

export function writeHeaders(page: Page, headers: string): Promise<void> {
  return write(page, 'request-headers.json', headers)
}

async function write(page: Page, editor: string, text: string): Promise<void> {
  const model = `__MONACO.editor.getModels().find((model) => model.uri.path.endsWith('${editor}'))`
  await page.evaluate(`${model}.setValue(${JSON.stringify(text)})`)
}

/** Runs the query in the open tab by the play button. */
export async function run(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Execute query' }).click()
}

/** The answer as it stands in the page, for `expect.poll`. */
export async function shownAnswer(page: Page): Promise<unknown> {
  const lines = await page.locator('.graphiql-response .view-line').allInnerTexts()
  // A line that is too long for the window stands there as several.
  const text = lines.join('').replaceAll('\n', '').replaceAll('\u00a0', ' ')
  return text.endsWith('}') ? JSON.parse(text) : undefined
}

export async function fillSignIn(page: Page, fields: { Username: string; Password: string; 'E-mail'?: string }): Promise<void> {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value)
}

export async function press(page: Page, name: string): Promise<void> {
  await page.locator('.bar').getByRole('button', { name, exact: true }).click()
}

/** Signs alice in above the editor. */
export async function signIn(page: Page): Promise<void> {
  await fillSignIn(page, { Username: 'alice', Password: '12345' })
  await press(page, 'Sign in')
  await page.getByText('Signed in as alice', { exact: true }).waitFor()
}

export function stored(page: Page, storage: 'localStorage' | 'sessionStorage'): Promise<string> {
  return page.evaluate(`JSON.stringify(Object.entries(${storage}))`)
}

/** Asks the same server past the page. */
export async function ask(url: string, query: string, bearer?: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json', ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }) }
  const response = await fetch(new URL('/graphql', url), { method: 'POST', headers, body: JSON.stringify({ query }) })
  return response.json()
}
