import { ACCOUNTS_LIST, type Account, readAccounts } from '../../domain/accounts/read-accounts.ts'
import { builder, mayAsk } from './builder.ts'
import { connect, connectionType, pageArgs, readPageArgs } from './connections.ts'
import { UserType } from './user-type.ts'
import { loadUser } from './users.ts'

const UserRoleType = builder.enumType('UserRole', { values: { USER: { value: 'user' }, ADMIN: { value: 'admin' } } as const })

const AccountType = builder.objectRef<Account>('Account').implement({
  description: 'A user as administrators see them.',
  fields: (t) => ({
    user: t.field({ type: UserType, resolve: (account, _, request) => loadUser(request, account.id) }),
    role: t.expose('role', { type: UserRoleType }),
    suspendedAt: t.expose('suspendedAt', { type: 'DateTime', nullable: true }),
    sessionCount: t.exposeInt('sessionCount', { description: 'How many sessions are open.' }),
    lastHereAt: t.expose('lastHereAt', { type: 'DateTime', nullable: true, description: 'When a session was opened or refreshed last.' }),
  }),
})
const AccountConnection = connectionType('Account', AccountType)

builder.queryField('accounts', (t) =>
  t.field({
    type: AccountConnection,
    args: { suspended: t.arg.boolean({ required: false }), role: t.arg({ type: UserRoleType, required: false }), ...pageArgs },
    description: 'For administrators: users, the first to sign up first; all, or those that are suspended or not, or of one role.',
    ...mayAsk('admin'),
    resolve: async (_, { suspended, role, ...given }, request) => {
      const args = readPageArgs(given)
      return connect(
        ACCOUNTS_LIST,
        await readAccounts(request.platform.database, { ...args, suspended, role }),
        args,
        (account) => account.id,
        (account) => account,
      )
    },
  }),
)
