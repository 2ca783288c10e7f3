import { FOLLOWS_MAX } from '../domain/relationships/follow-user.ts'
import type { Session } from '../platform/database/copy.ts'
import { insertRows, markThere, refuseDoubles, refuseRows, requireUsers } from './staged-checks.ts'

const BLOCKED = `exists (select from blocks b where (b.blocker_id = s.follower_id and b.blocked_id = s.following_id)
  or (b.blocker_id = s.following_id and b.blocked_id = s.follower_id))`
const ACROSS_A_BLOCK = `'one of the two has blocked the other.'`

/** Adds the staged blocks. A block that would end a follow is refused: an import takes nothing away. */
export async function mergeBlocks(session: Session): Promise<void> {
  await mergePairs(session, 'blocks', ['blocker_id', 'blocked_id'], 'blocks', () =>
    refuseRows(
      session,
      'staged_blocks',
      `'one of the two follows the other; an import does not end that.'`,
      `exists (select from follows f where (f.follower_id = s.blocker_id and f.following_id = s.blocked_id)
         or (f.follower_id = s.blocked_id and f.following_id = s.blocker_id))`,
    ),
  )
}

/** Adds the staged follows: none across a block, and no more than an account may follow. */
export async function mergeFollows(session: Session): Promise<void> {
  await mergePairs(session, 'follows', ['follower_id', 'following_id'], 'follows', async () => {
    await refuseRows(session, 'staged_follows', ACROSS_A_BLOCK, BLOCKED)
    await refuseTooMany(session)
  })
}

/** Adds the staged mutes. */
export async function mergeMutes(session: Session): Promise<void> {
  await mergePairs(session, 'mutes', ['muter_id', 'muted_id'], 'mutes', async () => undefined)
}

/**
 * Takes back the follows that a block has come across while the import was under way. From here to the commit, which follows at once,
 * nobody can block.
 */
export async function endFollowsAcrossNewBlocks(session: Session): Promise<void> {
  await session.query('lock table blocks in share mode')
  await session.query(
    `delete from follows f using staged_follows s
     where f.follower_id = s.follower_id and f.following_id = s.following_id and s.fault is null and not s.there and ${BLOCKED}`,
  )
  await refuseRows(session, 'staged_follows', ACROSS_A_BLOCK, BLOCKED)
}

async function mergePairs(
  session: Session,
  target: string,
  keys: readonly [string, string],
  verb: string,
  check: () => Promise<void>,
): Promise<void> {
  const table = `staged_${target}`
  await refuseDoubles(session, table, keys, `'that ' || s.${keys[0]} || ' ${verb} ' || s.${keys[1]}`)
  await requireUsers(session, table, ...keys)
  await markThere(session, table, target, { keys, what: '' })
  await check()
  const columns = { [keys[0]]: `s.${keys[0]}`, [keys[1]]: `s.${keys[1]}`, created_at: 'coalesce(s.created_at, now())' }
  await insertRows(session, table, target, { columns, order: 's.created_at, s.line' })
}

async function refuseTooMany(session: Session): Promise<void> {
  await session.query(
    `with eager as (
       select n.follower_id, ${FOLLOWS_MAX} - coalesce((select sum(c.following) from user_counts c where c.user_id = n.follower_id), 0) as room
       from (select follower_id, count(*) as asked from staged_follows where fault is null and not there group by 1) n
       where n.asked + coalesce((select sum(c.following) from user_counts c where c.user_id = n.follower_id), 0) > ${FOLLOWS_MAX}
     ), ranked as (
       select s.ctid as row, e.room, row_number() over (partition by s.follower_id order by s.created_at, s.line) as place
       from staged_follows s join eager e using (follower_id) where s.fault is null and not s.there
     )
     update staged_follows s set fault = 'an account follows at most ${FOLLOWS_MAX.toLocaleString('en')} others.'
     from ranked r where s.ctid = r.row and r.place > r.room`,
  )
}
