import type { User } from '../../domain/accounts/read-users.ts'
import { builder } from './builder.ts'

// Users and posts name each other, so their types are declared before either says what it holds.
export const UserType = builder.objectRef<User>('User')
