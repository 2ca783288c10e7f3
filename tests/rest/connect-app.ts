import { createOAuthAPIClient, createRestAPIClient, type mastodon } from 'masto'
import { type Nexus, PASSWORD } from '../cast.ts'

export const OUT_OF_BAND = 'urn:ietf:wg:oauth:2.0:oob'

export interface Connected {
  client: mastodon.rest.Client
  token: string
  clientId: string
  clientSecret: string
}

/** Signs somebody in to a new app as their browser does, and answers a client of theirs. */
export async function connectApp(nexus: Nexus, username: string, scopes = 'read write follow'): Promise<Connected> {
  const anonymous = createRestAPIClient({ url: nexus.url })
  const app = await anonymous.v1.apps.create({ clientName: 'Tests', redirectUris: OUT_OF_BAND, scopes })
  const { clientId = '', clientSecret = '' } = app as { clientId?: string; clientSecret?: string }
  const asked = { client_id: clientId, redirect_uri: OUT_OF_BAND, response_type: 'code', scope: scopes }
  const code = await agreeByHand(nexus, username, asked)
  const token = await createOAuthAPIClient({ url: nexus.url }).token.create({
    grantType: 'authorization_code',
    clientId,
    clientSecret,
    redirectUri: OUT_OF_BAND,
    code,
    scope: scopes,
  })
  return {
    client: createRestAPIClient({ url: nexus.url, accessToken: token.accessToken }),
    token: token.accessToken,
    clientId,
    clientSecret,
  }
}

/** Agrees on the page to what is asked, and answers the code that it shows. */
async function agreeByHand(nexus: Nexus, username: string, asked: Record<string, string>): Promise<string> {
  const agreed = await fetch(`${nexus.url}/oauth/authorize`, {
    method: 'POST',
    body: new URLSearchParams({ ...asked, username, password: PASSWORD, decision: 'allow' }),
  })
  return /value="([\w-]{20,})"/.exec(await agreed.text())?.[1] ?? ''
}

export interface RestAnswer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  data: any
}

export interface RestAsked {
  token?: string | undefined
  method?: string
  /** An object is sent as JSON. */
  body?: object
  headers?: Record<string, string>
}

/** Asks the REST surface as any HTTP client does. */
export async function rest(nexus: Nexus, path: string, { token, method, body, headers = {} }: RestAsked = {}): Promise<RestAnswer> {
  const isJson = body !== undefined && !(body instanceof URLSearchParams) && !(body instanceof FormData)
  const response = await fetch(`${nexus.url}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(isJson && { 'content-type': 'application/json' }),
      ...headers,
    },
    redirect: 'manual',
    ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as FormData) }),
  })
  const text = await response.text()
  const isJsonAnswer = /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, data: isJsonAnswer && text !== '' ? JSON.parse(text) : text }
}
