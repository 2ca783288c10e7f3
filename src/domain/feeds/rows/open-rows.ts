import type { Hearing } from '../../../platform/broadcast/hearing.ts'
import { type TrackedRows, trackRows } from '../../../platform/cache/tracked-rows.ts'
import type { Reader } from '../../../platform/database/statement.ts'
import { readUsers, type User } from '../../accounts/read-users.ts'
import { type PostRow, readPostRows, readShareRows, type ShareRow } from './row-statements.ts'
import { touchedBy } from './touched-rows.ts'

const POSTS_MAX = 100_000
const SHARES_MAX = 50_000
const USERS_MAX = 100_000

/** Rows of posts with their counts, of shares and of users, kept in this process as long as every change is heard of. */
export interface Rows {
  posts: TrackedRows<PostRow>
  shares: TrackedRows<ShareRow>
  users: TrackedRows<User>
  /** Whether every change is heard of now. Else rows come from the database. */
  stands(): boolean
  /** The number of the last fact that was heard. */
  heard(): number | undefined
  /** Anything may have changed: an import. */
  dropAll(): void
  close(): void
}

export function openRows(reader: Reader, hearing: Hearing): Rows {
  const tracked = { stands: hearing.stands }
  const posts = trackRows({ ...tracked, load: (ids) => readPostRows(reader, ids), idOf: ({ id }) => id, rowsMax: POSTS_MAX })
  const shares = trackRows({ ...tracked, load: (ids) => readShareRows(reader, ids), idOf: ({ id }) => id, rowsMax: SHARES_MAX })
  const users = trackRows({ ...tracked, load: (ids) => readUsers(reader, ids), idOf: ({ id }) => id, rowsMax: USERS_MAX })
  const dropAll = () => {
    for (const each of [posts, shares, users]) each.dropAll()
  }
  const close = hearing.listen({
    heard: (name, payload) => {
      const touched = touchedBy(name, payload)
      for (const id of touched.posts) posts.drop(id)
      for (const id of touched.shares) shares.drop(id)
      for (const id of touched.users) users.drop(id)
    },
    missed: dropAll,
  })
  return { posts, shares, users, stands: hearing.stands, heard: hearing.last, dropAll, close }
}
