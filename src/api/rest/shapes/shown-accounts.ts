import type { User } from '../../../domain/accounts/read-users.ts'
import { parseUserId } from '../../../platform/ids.ts'
import { refuse } from '../../../refusals.ts'
import type { RequestContext } from '../../request-context.ts'
import type { RestSettings } from '../rest-platform.ts'
import { type Account, showAccount } from './account.ts'

/** The users of these ids, in their order, without those who are gone. */
export async function showAccounts(settings: RestSettings, request: RequestContext, ids: readonly number[]): Promise<Account[]> {
  const users = await Promise.all(ids.map((id) => request.loaders.user.load(id)))
  const there = users.filter((user) => user !== undefined && !user.isClosed) as User[]
  return Promise.all(there.map((user) => showAccount(settings, request, user)))
}

/** The user of an id. @throws NOT_FOUND */
export async function findAccount(request: RequestContext, id: string): Promise<User> {
  const userId = parseUserId(id)
  const user = userId === undefined ? undefined : await request.loaders.user.load(userId)
  if (!user || user.isClosed) throw refuse('user.not-found')
  return user
}
