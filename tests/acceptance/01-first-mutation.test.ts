import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Nexus, startNexus } from '../cast.ts'

let nexus: Nexus
beforeAll(async () => {
  nexus = await startNexus()
})
afterAll(() => nexus.close())

it("signs alice up by the README's first mutation, letter for letter, as the user 1 of a fresh database", async () => {
  const { status, data, errors } = await nexus.gql(
    'mutation { createUser(username: "alice", email: "alice@mail.com", password: "12345") { user { id username } } }',
  )
  expect(errors).toBeUndefined()
  expect(status).toBe(200)
  expect(data).toEqual({ createUser: { user: { id: '1', username: 'alice' } } })
})

it('takes the same with line breaks', async () => {
  const { data, errors } = await nexus.gql(`mutation {
  createUser(username: "anna", email: "anna@mail.com", password: "12345") {
    user {
      id
      username
    }
  }
}`)
  expect(errors).toBeUndefined()
  expect(data.createUser.user.username).toBe('anna')
})
