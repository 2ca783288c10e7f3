import type { FastifyReply } from 'fastify'
import type { App } from '../../../domain/apps/find-app.ts'
import { escapeHtml } from '../shapes/html.ts'

/** A consent that is asked for, once the app and where it is called back are known. */
export interface AskedConsent {
  app: App
  redirectUri: string
  scopes: string[]
  parameters: Record<string, string>
}

/** What each scope lets an app do, as its user is told. */
const MEANINGS: Record<string, string> = {
  read: 'Read everything that you can read',
  write: 'Write, change and delete in your name',
  follow: 'Follow, block and mute in your name',
  push: 'Send you push messages',
  profile: 'See who you are',
}

/** Asks its user whether an app may act for them. Sign-in and consent are one form, which needs no script. */
export function consentPage({ app, scopes, parameters, wrong, username }: AskedConsent & { wrong?: string; username?: string }): string {
  const kept = ['client_id', 'redirect_uri', 'response_type', 'scope', 'state', 'code_challenge', 'code_challenge_method']
  const hidden = kept.flatMap((name) =>
    parameters[name] === undefined ? [] : [`<input type="hidden" name="${name}" value="${escapeHtml(parameters[name])}">`],
  )
  return page(
    `Let ${app.name} in?`,
    `<p><strong>${escapeHtml(app.name)}</strong>${siteOf(app)} asks to use your account. It may then:</p>
    <ul>${scopes.map((scope) => `<li>${escapeHtml(meaningOf(scope))}</li>`).join('')}</ul>
    ${wrong === undefined ? '' : `<p class="wrong" role="alert">${escapeHtml(wrong)}</p>`}
    <form method="post" action="/oauth/authorize">
      ${hidden.join('')}
      <label>Username or e-mail <input name="username" autocomplete="username" autocapitalize="none" value="${escapeHtml(username ?? '')}"></label>
      <label>Password <input name="password" type="password" autocomplete="current-password"></label>
      <div class="choice"><button name="decision" value="allow">Sign in and allow</button><button name="decision" value="deny" class="plain">Deny</button></div>
    </form>
    <p class="small">You can take this back at any time. The app never sees your password.</p>`,
  )
}

/** Shows a code that its user carries to the app by hand. */
export function codePage(app: App, code: string): string {
  return page(
    'Your code',
    `<p>Copy this code into <strong>${escapeHtml(app.name)}</strong>. It works once, for ten minutes.</p>
    <p><input class="code" readonly aria-label="Code" value="${escapeHtml(code)}"></p>`,
  )
}

export function refusedPage(sentence: string): string {
  return page('That did not work', `<p>${escapeHtml(sentence)}</p>`)
}

/** A page that runs nothing, is kept by nobody, is shown in no frame, and sends its form to us and to where the app is called back alone. */
export function sendPage(reply: FastifyReply, html: string, status: number, calledBack?: string): FastifyReply {
  const target = calledBack === undefined ? '' : ` ${sourceOf(calledBack)}`
  return reply
    .code(status)
    .headers({
      'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action 'self'${target}; frame-ancestors 'none'; base-uri 'none'`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    .type('text/html; charset=utf-8')
    .send(html)
}

/** A browser holds the answer to a form, too, to where forms may go. */
function sourceOf(uri: string): string {
  const url = URL.parse(uri)
  return url && ['http:', 'https:'].includes(url.protocol) ? url.origin : (url?.protocol ?? '')
}

function siteOf({ website }: App): string {
  return website === null ? '' : ` (${escapeHtml(website)})`
}

function meaningOf(scope: string): string {
  const [whole = '', part] = scope.split(':')
  return part === undefined ? (MEANINGS[whole] ?? scope) : `${whole === 'read' ? 'Read' : 'Change'} your ${part}`
}

const STYLE = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; --line: #767680; --accent: #3d4ae0; --wrong: #b3261e }
  @media (prefers-color-scheme: dark) { :root { --accent: #8f99ff; --wrong: #ff8a80 } }
  body { max-width: 28rem; margin: 0 auto; padding: 2rem 1rem }
  h1 { font-size: 1.5rem; line-height: 1.2 }
  label { display: block; margin: 0 0 1rem }
  input { display: block; box-sizing: border-box; width: 100%; padding: .6rem; font: inherit; border: 1px solid var(--line); border-radius: .4rem }
  .code { font-family: ui-monospace, monospace }
  .choice { display: flex; flex-wrap: wrap; gap: .75rem }
  button { flex: 1; padding: .7rem 1rem; font: inherit; font-weight: 600; border: 1px solid var(--accent); border-radius: .4rem; background: var(--accent); color: Canvas; cursor: pointer }
  .plain { background: transparent; color: inherit; border-color: var(--line) }
  .wrong { color: var(--wrong); font-weight: 600 }
  .small { font-size: .875rem }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }`

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${escapeHtml(title)} – Nexus</title><style>${STYLE}</style></head>
  <body><main><h1>${escapeHtml(title)}</h1>${body}</main></body>
</html>
`
}
