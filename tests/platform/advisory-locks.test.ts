import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cast, type Nexus, startNexus } from '../cast.ts'

let nexus: Nexus
beforeAll(async () => {
  nexus = await startNexus({ roles: ['api'] })
})
afterAll(() => nexus.close())

it('lets a user follow whose id is the number of a lock that somebody else holds', async () => {
  const { alice, bob } = await cast(nexus, 'alice', 'bob')
  const client = new pg.Client({ connectionString: nexus.databaseUrl })
  await client.connect()
  // As an import does for as long as it takes, under a number of its own.
  await client.query('select pg_advisory_lock($1)', [alice.id])
  expect(await nexus.refusal(`mutation { followUser(userId: ${bob.id}) { user { id } } }`, alice.token)).toBeUndefined()
  await client.end()
})
