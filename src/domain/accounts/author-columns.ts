import type { User } from './read-users.ts'

/** A user that comes along in the row of something else, as its author. */
export interface AuthorColumns {
  authorId: number
  authorUsername: string
  authorEmail: string
  authorEmailVerified: boolean
  authorDisplayName: string
  authorBio: string
  authorProfilePicture: string | null
  authorCreatedAt: Date
  authorClosed: boolean
  authorSuspended: boolean
}

/** The columns of AuthorColumns, for a statement that has the author's row as `author`. */
export function authorColumns(author: string): string {
  return `${author}.id as "authorId", ${author}.username as "authorUsername", ${author}.email as "authorEmail",
    ${author}.email_verified_at is not null as "authorEmailVerified", coalesce(${author}.display_name, ${author}.username) as "authorDisplayName",
    ${author}.bio as "authorBio", ${author}.profile_picture as "authorProfilePicture", ${author}.created_at as "authorCreatedAt",
    ${author}.closed_at is not null as "authorClosed", ${author}.suspended_at is not null as "authorSuspended"`
}

/** The author of such a row, as readUsers would answer. */
export function authorOf(row: AuthorColumns): User {
  return {
    id: row.authorId,
    username: row.authorUsername,
    email: row.authorEmail,
    emailVerified: row.authorEmailVerified,
    displayName: row.authorDisplayName,
    bio: row.authorBio,
    profilePicture: row.authorProfilePicture,
    createdAt: row.authorCreatedAt,
    isClosed: row.authorClosed,
    isSuspended: row.authorSuspended,
  }
}
