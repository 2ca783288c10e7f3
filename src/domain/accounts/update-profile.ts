import { isUniqueViolation } from '../../platform/database/failures.ts'
import { statement, type Writer } from '../../platform/database/statement.ts'
import { announce } from '../../platform/outbox/announce.ts'
import { refuse, refuseInput } from '../../refusals.ts'
import { accountChanged } from './account-facts.ts'
import { acceptBio, acceptDisplayName, acceptProfilePicture, acceptUsername } from './account-rules.ts'

/** What is left out stays as it is; null makes bio "", the display name the username, and clears the picture. */
export interface ProfileChange {
  username?: string | null | undefined
  displayName?: string | null | undefined
  bio?: string | null | undefined
  profilePicture?: string | null | undefined
}

const updateUser = statement<never>(
  'accounts.update-profile',
  `update users set
     username = coalesce($2, username),
     bio = coalesce($3, bio),
     display_name = case when $4 then $5 else display_name end,
     profile_picture = case when $6 then $7 else profile_picture end
   where id = $1 and closed_at is null`,
)

/** @throws BAD_USER_INPUT naming the argument, CONFLICT for a taken username */
export async function updateProfile(database: Writer, userId: number, change: ProfileChange): Promise<void> {
  const { username, displayName, bio, profilePicture } = change
  if (username === null) throw refuseInput('username', 'username can be changed, not cleared.')
  if (username !== undefined) acceptUsername(username)
  if (bio) acceptBio(bio)
  if (displayName !== undefined && displayName !== null) acceptDisplayName(displayName)
  if (profilePicture !== undefined && profilePicture !== null) acceptProfilePicture(profilePicture)
  const values = [
    ...[userId, username ?? null, bio === null ? '' : (bio ?? null)],
    ...[displayName !== undefined, displayName ?? null, profilePicture !== undefined, profilePicture ?? null],
  ]
  try {
    await database.transaction(async (tx) => {
      await tx.rows(updateUser, values)
      await announce(tx, accountChanged, { userId })
    })
  } catch (error) {
    throw isUniqueViolation(error, 'users_username_key') ? refuse('account.username-taken', { field: 'username' }) : error
  }
}
