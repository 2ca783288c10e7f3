import { type Reader, statement } from '../../platform/database/statement.ts'
import { acceptPage, type PageArgs, type Slice, sliceOf } from '../input/page-rules.ts'

export interface User {
  id: number
  username: string
  email: string
  emailVerified: boolean
  displayName: string
  bio: string
  profilePicture: string | null
  createdAt: Date
  /** The account was closed; jobs are deleting what was theirs. */
  isClosed: boolean
  /** Suspended by a moderator. */
  isSuspended: boolean
}

const COLUMNS = `u.id, u.username, u.email, u.email_verified_at is not null as "emailVerified", coalesce(u.display_name, u.username) as "displayName",
  u.bio, u.profile_picture as "profilePicture", u.created_at as "createdAt", u.closed_at is not null as "isClosed",
  u.suspended_at is not null as "isSuspended"`

const usersByIds = statement<User>('accounts.users-by-ids', `select ${COLUMNS} from users u where u.id = any($1::int[])`)
const userByUsername = statement<User>(
  'accounts.user-by-username',
  `select ${COLUMNS} from users u where lower(u.username) = lower($1) and u.closed_at is null`,
)
const usersByUsernames = statement<User>(
  'accounts.users-by-usernames',
  `select ${COLUMNS} from users u where lower(u.username) = any($1::text[]) and u.closed_at is null`,
)
// As bigint, since a cursor that somebody made up may be greater than any id of a user.
const usersFrom = statement<User>(
  'accounts.users-from',
  `select ${COLUMNS} from users u where u.id > $1::bigint and u.closed_at is null order by u.id limit $2`,
)

/** The users of these ids, closed accounts among them: what is theirs may still be named for a moment. */
export function readUsers(reader: Reader, ids: readonly number[]): Promise<User[]> {
  return reader.rows(usersByIds, [ids])
}

/** Found without regard to case. */
export async function readUserByUsername(reader: Reader, username: string): Promise<User | undefined> {
  if (username.includes('\0') || !username.isWellFormed()) return undefined
  return (await reader.rows(userByUsername, [username]))[0]
}

/** Who has these names, given in lower case. Names that may be a username alone: mentions are. */
export function readUsersByUsernames(reader: Reader, usernames: readonly string[]): Promise<User[]> {
  return reader.rows(usersByUsernames, [usernames])
}

export const USERS_LIST = 'users'

/** All users, the first to sign up first. @throws BAD_USER_INPUT */
export async function readAllUsers(reader: Reader, args: PageArgs): Promise<Slice<User>> {
  const page = acceptPage(USERS_LIST, 'oldest-first', args)
  return sliceOf(await reader.rows(usersFrom, [page.key, page.limit + 1]), page.limit, (user) => user.id)
}

export interface UserCounts {
  userId: number
  posts: number
  followers: number
  following: number
}

const countsOfUsers = statement<UserCounts>(
  'accounts.counts-of-users',
  `select user_id as "userId", sum(posts)::int as posts, sum(followers)::int as followers, sum(following)::int as following
   from user_counts where user_id = any($1::int[]) group by user_id`,
)

/** Exact counts, of everyone's, whoever looks. */
export function readUserCounts(reader: Reader, ids: readonly number[]): Promise<UserCounts[]> {
  return reader.rows(countsOfUsers, [ids])
}
