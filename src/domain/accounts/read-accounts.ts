import { type Reader, statement } from '../../platform/database/statement.ts'
import { acceptPage, type PageArgs, type Slice, sliceOf } from '../input/page-rules.ts'

export type Role = 'user' | 'admin'

/** An account as its administrators see it. */
export interface Account {
  id: number
  role: Role
  suspendedAt: Date | null
  /** How many sessions are open. */
  sessionCount: number
  /** When one of them was opened or refreshed last: within a quarter of an hour of when they were here. */
  lastHereAt: Date | null
}

export const ACCOUNTS_LIST = 'accounts'

export interface AccountsAsked extends PageArgs {
  /** Left out: all, suspended or not. */
  suspended?: boolean | null | undefined
  /** Left out: all, whatever their role. */
  role?: Role | null | undefined
}

const accounts = statement<Account>(
  'accounts.accounts-from',
  `select u.id, u.role, u.suspended_at as "suspendedAt", s.open as "sessionCount", s.last as "lastHereAt"
   from users u cross join lateral (
     select count(*) filter (where ended_at is null and expires_at > now())::int as open, max(refreshed_at) as last from sessions where user_id = u.id
   ) s
   where u.id > $1::bigint and u.closed_at is null and ($2::boolean is null or (u.suspended_at is not null) = $2) and ($3::text is null or u.role = $3)
   order by u.id limit $4`,
)

/** Accounts that are not closed, the first to sign up first. @throws BAD_USER_INPUT */
export async function readAccounts(reader: Reader, { suspended, role, ...args }: AccountsAsked): Promise<Slice<Account>> {
  const page = acceptPage(ACCOUNTS_LIST, 'oldest-first', args)
  const rows = await reader.rows(accounts, [page.key, suspended ?? null, role ?? null, page.limit + 1])
  return sliceOf(rows, page.limit, ({ id }) => id)
}
