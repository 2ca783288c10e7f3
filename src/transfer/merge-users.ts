import type { Session } from '../platform/database/copy.ts'
import { insertRows, markThere, refuseDoubles, refuseRows } from './staged-checks.ts'

const TABLE = 'staged_users'
const WORDS = ['username', 'email', 'display_name', 'bio', 'profile_picture']

/** Adds the staged users. Names and addresses are unique without regard to case, among the rows and with those who are there. */
export async function mergeUsers(session: Session): Promise<void> {
  await refuseDoubles(session, TABLE, ['id'], `'user ' || s.id`)
  await markThere(session, TABLE, '(select * from users where closed_at is null)', { keys: ['id'], words: WORDS, what: `'user ' || s.id` })
  await refuseRows(session, TABLE, `'user ' || s.id || ' is an account that was closed.'`, 'exists (select from users t where t.id = s.id)')
  for (const column of ['username', 'email']) {
    await refuseSameName(session, column)
    await refuseRows(
      session,
      TABLE,
      taken(column),
      `exists (select from users t where lower(t.${column}) = lower(s.${column}) and t.closed_at is null)`,
    )
  }
  await makeRoomForIds(session)
  await insertRows(session, TABLE, 'users', {
    columns: {
      ...Object.fromEntries(['id', ...WORDS, 'password', 'role', 'email_verified_at', 'suspended_at'].map((name) => [name, `s.${name}`])),
      bio: `coalesce(s.bio, '')`,
      role: `coalesce(s.role, 'user')`,
      created_at: 'coalesce(s.created_at, now())',
    },
    order: 's.id',
  })
  // Somebody who signed up between the look and the insert was first.
  for (const column of ['username', 'email']) {
    await refuseRows(
      session,
      TABLE,
      taken(column),
      `not exists (select from users t where t.id = s.id and t.username = s.username)
       and exists (select from users t where lower(t.${column}) = lower(s.${column}) and t.closed_at is null)`,
    )
  }
  await refuseRows(
    session,
    TABLE,
    `'user ' || s.id || ' is there already, with other words.'`,
    'not exists (select from users t where t.id = s.id and t.username = s.username)',
  )
}

function taken(column: string): string {
  return `'the ${column} ' || s.${column} || ' is taken by somebody else.'`
}

async function refuseSameName(session: Session, column: string): Promise<void> {
  await session.query(
    `update ${TABLE} s set fault = 'the ${column} ' || s.${column} || ' stands on line ' || d.line || ' already.'
     from (select lower(${column}) as name, min(line) as line from ${TABLE} where fault is null group by 1 having count(*) > 1) d
     where lower(s.${column}) = d.name and s.line > d.line and s.fault is null`,
  )
}

/** Before the rows come: whoever signs up meanwhile gets an id behind those that are imported. It stays so even if nothing is imported. */
async function makeRoomForIds(session: Session): Promise<void> {
  await session.query(
    `select setval('users_id_seq', greatest_id) from (select max(id) as greatest_id from ${TABLE} where fault is null and not there) imported,
       (select last_value from users_id_seq) now where greatest_id > last_value`,
  )
}
