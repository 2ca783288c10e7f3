import type { Session } from '../platform/database/copy.ts'

/** Gives rows their fault: those without one, and not there already, of which `condition` is true. In both SQL texts the row is `s`. */
export async function refuseRows(session: Session, table: string, sentence: string, condition: string): Promise<void> {
  await session.query(`update ${table} s set fault = ${sentence} where s.fault is null and not s.there and (${condition})`)
}

/** Rows that say what an earlier row of the file has said. `what` names it, in SQL, by the columns of the row `s`. */
export async function refuseDoubles(session: Session, table: string, keys: readonly string[], what: string): Promise<void> {
  const same = keys.map((key) => `s.${key} = d.${key}`).join(' and ')
  await session.query(
    `update ${table} s set fault = ${what} || ' stands on line ' || d.line || ' already.'
     from (select ${keys.join(', ')}, min(line) as line from ${table} where fault is null group by ${keys.join(', ')} having count(*) > 1) d
     where ${same} and s.line > d.line and s.fault is null`,
  )
}

/** Rows whose user is not there, or whose account is closed. */
export async function requireUsers(session: Session, table: string, ...columns: string[]): Promise<void> {
  for (const column of columns) {
    const unknown = `s.${column} is not null and not exists (select from users u where u.id = s.${column} and u.closed_at is null)`
    await refuseRows(session, table, `'there is no user ' || s.${column} || '.'`, unknown)
  }
}

/** Rows whose post or comment is not there. */
export async function requireContent(session: Session, table: string, column: string, content: 'posts' | 'comments'): Promise<void> {
  const unknown = `s.${column} is not null and not exists (select from ${content} c where c.id = s.${column})`
  await refuseRows(session, table, `'there is no ${content.slice(0, -1)} ' || s.${column} || '.'`, unknown)
}

/**
 * Marks the rows that the database has already: those with the same keys and the same words. The same keys with other words are
 * a fault, since an import changes nothing that is there.
 */
export async function markThere(
  session: Session,
  table: string,
  target: string,
  { keys, words = [], what }: { keys: readonly string[]; words?: readonly string[]; what: string },
): Promise<void> {
  const same = keys.map((key) => `t.${key} = s.${key}`).join(' and ')
  const agree = words.map((word) => `and t.${word} is not distinct from s.${word}`).join(' ')
  await session.query(`update ${table} s set there = true from ${target} t where s.fault is null and not s.there and ${same} ${agree}`)
  if (words.length > 0)
    await refuseRows(session, table, `${what} || ' is there already, with other words.'`, `exists (select from ${target} t where ${same})`)
}

/** Adds the rows that are right and not there, in this order, so that numbers given on the way follow it. */
export async function insertRows(
  session: Session,
  table: string,
  target: string,
  { columns, order }: { columns: Readonly<Record<string, string>> | readonly string[]; order: string },
): Promise<void> {
  const sources = Array.isArray(columns) ? Object.fromEntries(columns.map((column) => [column, `s.${column}`])) : columns
  await session.query(
    `insert into ${target} (${Object.keys(sources).join(', ')})
     select ${Object.values(sources).join(', ')} from ${table} s where s.fault is null and not s.there order by ${order} on conflict do nothing`,
  )
}
