import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Nexus, startNexus } from '../cast.ts'

let open: Nexus
let closed: Nexus
beforeAll(async () => {
  open = await startNexus({ roles: ['api'] })
  closed = await startNexus({ roles: ['api'], databaseUrl: open.databaseUrl, environment: { GRAPHQL_INTROSPECTION: 'off' } })
})
afterAll(async () => {
  await closed.close()
  await open.close()
})

describe('a wrong query is told what was meant, but not where the schema is kept from clients', () => {
  it.each([
    ['a field', '{ me { usernam } }', {}, 'username'],
    ['an argument', '{ user(usernam: "alice") { id } }', {}, 'username'],
    ['a type', 'query ($a: Visibilit) { me { id } }', {}, 'Visibility'],
    ['a value', 'mutation { createPost(content: "x", visibility: PUBLI) { post { id } } }', {}, 'PUBLIC'],
    ['a selection', '{ me }', {}, 'Did you mean'],
    ['a variable', 'mutation ($v: Visibility) { createPost(content: "x", visibility: $v) { post { id } } }', { v: 'PUBLI' }, 'PUBLIC'],
  ])('%s', async (_, query, variables, meant) => {
    const told = async (nexus: Nexus) => {
      for (let time = 1; time <= 2; time += 1) await nexus.gql(query, { variables })
      return (await nexus.gql(query, { variables })).errors!.map(({ message }) => message).join(' ')
    }
    const [openly, silently] = [await told(open), await told(closed)]
    expect(openly).toContain('Did you mean')
    expect(openly).toContain(meant)
    expect(silently).toMatch(/^[A-Z].*\.$/)
    expect(silently).not.toContain('Did you mean')
  })
})
