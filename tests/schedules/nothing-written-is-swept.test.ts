import { afterAll, beforeAll, expect, it } from 'vitest'
import { fireNow } from '../../src/platform/schedules/fire-ticks.ts'
import { SCHEDULES } from '../../src/workers/schedules.ts'
import { comment, like, share } from '../acceptance/verbs.ts'
import { cast, follow, type Nexus, post, startNexus } from '../cast.ts'

/** What Nexus makes for itself, and may therefore forget. Everything else is what people did and wrote. */
const MADE_BY_NEXUS = new Set(
  [
    'sessions',
    'refresh_tokens',
    'mail_tokens',
    'post_keys',
    'viewers',
    'facts',
    'jobs',
    'broadcast_channel',
    'head_epoch',
    'cache_runs',
  ].concat(['schedules', 'schedule_lease', 'audits', 'analytics_days']),
)

let nexus: Nexus
beforeAll(async () => {
  nexus = await startNexus({ roles: ['api', 'worker'] })
})
afterAll(() => nexus.close())

it('no schedule ever touches what a person wrote, however old it is', async () => {
  const { alice, bob } = await cast(nexus, 'alice', 'bob')
  await follow(nexus, alice, bob)
  const id = await post(nexus, bob, 'first words')
  const commentId = await comment(nexus, alice, id, 'first answer')
  await like(nexus, alice, id)
  await share(nexus, alice, id)
  const asBob = ['updatePost(id: $id, content: "better words") { post { id } }', 'createPost(content: "once", key: "k") { post { id } }']
  for (const field of asBob)
    await nexus.ask(`mutation ($id: ID!) { ${field} node: likePost(postId: $id) { post { id } } }`, bob.token, { id })
  const asAlice = [
    `likeComment(commentId: ${commentId}) { comment { id } }`,
    `report(postId: ${id}, reason: "first words")`,
    `muteUser(userId: ${bob.id}) { user { id } }`,
  ]
  for (const field of asAlice) await nexus.ask(`mutation { ${field} }`, alice.token)
  await nexus.sql(`insert into moderation_log (action, user_id, reason) values ('suspend', 1, 'words')`)
  await nexus.sql('insert into blocks (blocker_id, blocked_id) select 1, id from users where id > 1')
  await nexus.sql(`insert into jobs (name, payload, failed_at) values ('accounts.send-verification', '{"userId": 1}', now())`)
  await nexus.settle()
  await growOld()
  const before = await readTables()
  for (const schedule of SCHEDULES) await fireNow(nexus.app.database, schedule)
  await nexus.settle()

  expect(await nexus.sql('select name, last_error from jobs')).toEqual([])
  const after = await readTables()
  const written = (tables: Map<string, string>) => [...tables].filter(([name]) => !MADE_BY_NEXUS.has(name))
  expect(written(after)).toEqual(written(before))
  for (const swept of ['sessions', 'refresh_tokens', 'mail_tokens', 'post_keys', 'jobs']) expect(after.get(swept)).toBe('0')
})

/** Everything that bears a time is more than a year older. */
async function growOld(): Promise<void> {
  const columns = await nexus.sql<{ table: string; column: string }>(
    `select c.table_name as "table", c.column_name as "column" from information_schema.columns c
       join information_schema.tables t on t.table_name = c.table_name and t.table_type = 'BASE TABLE' and t.table_schema = 'public'
     where c.table_schema = 'public' and c.data_type like 'timestamp%' and c.is_generated = 'NEVER' and c.table_name <> 'schema_migrations'`,
  )
  const updates = columns.map(({ table, column }) => `update ${table} set ${column} = ${column} - interval '400 days'`)
  await nexus.sql(`begin; set local session_replication_role = replica; ${updates.join('; ')}; commit`) // without triggers: the log refuses changes
}

async function readTables(): Promise<Map<string, string>> {
  const tables = await nexus.sql<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public'`)
  const read = async ({ name }: { name: string }) => {
    const rows = await nexus.sql<{ row: string }>(`select t::text as row from ${name} t order by 1`)
    return [name, MADE_BY_NEXUS.has(name) ? String(rows.length) : rows.map(({ row }) => row).join('\n')] as const
  }
  return new Map(await Promise.all(tables.map(read)))
}
