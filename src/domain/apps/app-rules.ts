import { refuseInput } from '../../refusals.ts'
import { acceptText } from '../input/text-rules.ts'

/** What a token may be good for, as the Mastodon client API names it. A scope stands for its parts: `read` for `read:statuses`. */
const SCOPE_PARTS = {
  read: ['accounts', 'blocks', 'bookmarks', 'favourites', 'filters', 'follows', 'lists', 'mutes', 'notifications', 'search', 'statuses'],
  write: [
    'accounts',
    'blocks',
    'bookmarks',
    'conversations',
    'favourites',
    'filters',
    'follows',
    'lists',
    'media',
    'mutes',
    'notifications',
    'reports',
    'statuses',
  ],
} as const

/** `follow` stands for these, as it did before scopes had parts. */
const FOLLOW_PARTS = ['read:blocks', 'write:blocks', 'read:follows', 'write:follows', 'read:mutes', 'write:mutes']

export const SCOPES: readonly string[] = [
  'read',
  'write',
  'follow',
  'push',
  'profile',
  ...SCOPE_PARTS.read.map((part) => `read:${part}`),
  ...SCOPE_PARTS.write.map((part) => `write:${part}`),
]
const KNOWN = new Set(SCOPES)

const SCOPE_BY_DEFAULT = 'read'
const SCOPES_TEXT_LENGTH_MAX = 1000

/** Whether what was granted is enough for what is needed. */
export function covers(granted: readonly string[], needed: string): boolean {
  const whole = needed.split(':')[0]
  return granted.some((scope) => scope === needed || scope === whole || (scope === 'follow' && FOLLOW_PARTS.includes(needed)))
}

/** The scopes that a text names, each once. Undefined when one of them is not known. */
export function parseScopes(text: string | undefined): string[] | undefined {
  if (text !== undefined && text.length > SCOPES_TEXT_LENGTH_MAX) return undefined
  const scopes = [...new Set((text ?? '').split(/[ +,]+/).filter(Boolean))]
  if (scopes.length === 0) return [SCOPE_BY_DEFAULT]
  return scopes.every((scope) => KNOWN.has(scope)) ? scopes : undefined
}

/** Where a code is shown to the user, who carries it to the app by hand. */
export const OUT_OF_BAND = 'urn:ietf:wg:oauth:2.0:oob'

const REDIRECT_URIS_MAX = 20
const REDIRECT_URI_LENGTH_MAX = 2000
/** With these a page of ours would run what somebody else wrote. */
const FORBIDDEN_SCHEMES = new Set(['javascript:', 'data:', 'vbscript:', 'file:', 'blob:', 'about:', 'view-source:', 'urn:'])

export interface NewApp {
  name: string
  website?: string | undefined
  redirectUris: readonly string[]
  scopes?: string | undefined
}

/** @throws BAD_USER_INPUT */
export function acceptApp({ name, website, redirectUris, scopes }: NewApp) {
  acceptText(name, { field: 'client_name', min: 1, max: 100 })
  if (website !== undefined && !mayBeWebsite(website)) throw refuseInput('website', 'website must be an http or https URL.')
  if (redirectUris.length === 0 || redirectUris.length > REDIRECT_URIS_MAX)
    throw refuseInput('redirect_uris', `redirect_uris must be 1 to ${REDIRECT_URIS_MAX} URIs, each on a line of its own.`)
  for (const uri of redirectUris) acceptRedirectUri(uri)
  const parsed = parseScopes(scopes)
  if (!parsed) throw refuseInput('scopes', 'scopes names one that is not known here.')
  return { name, website: website ?? null, redirectUris, scopes: parsed }
}

function mayBeWebsite(text: string): boolean {
  return WRITTEN.test(text) && text.length <= REDIRECT_URI_LENGTH_MAX && ['http:', 'https:'].includes(URL.parse(text)?.protocol ?? '')
}

/** What a URL may be written in. Its parser takes more, and leaves it out. */
const WRITTEN = /^[^\s\p{C}]+$/u
/** They end a source in a content security policy, in which the host stands. */
const BREAKS_POLICY = /[;,'"]/

function acceptRedirectUri(uri: string): void {
  if (uri === OUT_OF_BAND) return
  const url = uri.length <= REDIRECT_URI_LENGTH_MAX && WRITTEN.test(uri) && !uri.includes('#') ? URL.parse(uri) : null
  if (!url || FORBIDDEN_SCHEMES.has(url.protocol) || BREAKS_POLICY.test(url.host))
    throw refuseInput('redirect_uris', `redirect_uris must be absolute URIs without a fragment, or ${OUT_OF_BAND}.`)
}
