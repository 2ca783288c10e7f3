import { createConfig, lintFromString } from '@redocly/openapi-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Nexus, startNexus } from '../cast.ts'

let nexus: Nexus

beforeAll(async () => {
  nexus = await startNexus()
})
afterAll(() => nexus?.close())

it('describes itself by an OpenAPI 3.1 document in which a linter finds no error', async () => {
  const source = await (await fetch(`${nexus.url}/api/openapi.json`)).text()
  expect(JSON.parse(source)).toMatchObject({ openapi: '3.1.0', paths: { '/api/v1/statuses/{id}': { get: expect.anything() } } })

  const config = await createConfig({ extends: ['recommended'], rules: { 'no-server-example.com': 'off' } })
  const problems = await lintFromString({ source, config })
  expect(problems.filter(({ severity }) => severity === 'error').map(({ message, location }) => [message, location[0]?.pointer])).toEqual(
    [],
  )
})

it('serves the reference from its own origin alone', async () => {
  const page = await fetch(`${nexus.url}/api/reference/`)
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
  for (const [, address] of (await page.text()).matchAll(/(?:src|href)="([^"]+)"/g))
    expect((await fetch(new URL(String(address), nexus.url))).status).toBe(200)
})
