import { type Reader, statement, type Writer } from '../../platform/database/statement.ts'

export type CountedKind = 'user' | 'post' | 'comment'

/** A subject whose kept counts are not what its rows are. */
export interface CountDrift {
  kind: CountedKind
  id: number
  /** As "posts,followers,following", "likes,comments,shares" or "likes,replies". */
  kept: string
  counted: string
}

const COUNTED: Readonly<
  Record<CountedKind, { table: string; key: string; columns: readonly string[]; counts: readonly string[]; subjects: string }>
> = {
  user: {
    table: 'user_counts',
    key: 'user_id',
    columns: ['posts', 'followers', 'following'],
    counts: ['posts where author_id = s.id', 'follows where following_id = s.id', 'follows where follower_id = s.id'],
    subjects: 'users',
  },
  post: {
    table: 'post_counts',
    key: 'post_id',
    columns: ['likes', 'comments', 'shares'],
    counts: ['likes where post_id = s.id', 'comments where post_id = s.id', 'shares where post_id = s.id'],
    subjects: 'posts',
  },
  comment: {
    table: 'comment_counts',
    key: 'comment_id',
    columns: ['likes', 'replies'],
    counts: ['comment_likes where comment_id = s.id', 'comments where parent_id = s.id'],
    subjects: 'comments',
  },
}

const drifts = Object.entries(COUNTED).map(([kind, { table, key, columns, counts, subjects }]) =>
  statement<CountDrift>(
    `interactions.drift-of-${kind}s`,
    `select '${kind}' as kind, id, array_to_string(kept, ',') as kept, array_to_string(counted, ',') as counted from (
       select s.id, array(select coalesce(k.n, 0) from unnest(array[${columns.map((column) => `sum_${column}`).join(', ')}]) k (n)) as kept,
         array[${counts.map((rows) => `(select count(*) from ${rows})`).join(', ')}]::bigint[] as counted
       from ${subjects} s left join (
         select ${key}, ${columns.map((column) => `sum(${column}) as sum_${column}`).join(', ')} from ${table} group by ${key}
       ) kept on kept.${key} = s.id
     ) compared where kept <> counted order by id limit $1`,
  ),
)

/** Compares every kept count with a count of the rows themselves, each kind in one snapshot. At most `most` of a kind are named. */
export async function auditCounts(reader: Reader, most: number): Promise<CountDrift[]> {
  const found: CountDrift[] = []
  for (const drift of drifts) found.push(...(await reader.rows(drift, [most])))
  return found
}

// A window of ids that begins anywhere, and goes on before its beginning where the table ends.
const samples = Object.entries(COUNTED).map(([kind, { table, key, columns, counts, subjects }]) =>
  statement<CountDrift & { lookedAt: number }>(
    `interactions.drift-of-some-${kind}s`,
    `with start as (select min(id) + ($2::float8 * (max(id) - min(id)))::bigint as at from ${subjects}), sampled as materialized (
       select id from (
         (select id from ${subjects} where id >= (select at from start) order by id limit $1)
         union all (select id from ${subjects} where id < (select at from start) order by id desc limit $1)
       ) around limit $1
     ), compared as materialized (
       select s.id, array[${columns.map((column) => `coalesce(k.sum_${column}, 0)`).join(', ')}]::bigint[] as kept,
         array[${counts.map((rows) => `(select count(*) from ${rows})`).join(', ')}]::bigint[] as counted
       from sampled s left join lateral (
         select ${columns.map((column) => `sum(${column}) as sum_${column}`).join(', ')} from ${table} where ${key} = s.id
       ) k on true
     )
     select '${kind}' as kind, id, array_to_string(kept, ',') as kept, array_to_string(counted, ',') as counted,
       (select count(*)::int from sampled) as "lookedAt"
     from (select) once left join compared on kept <> counted`,
  ),
)

/**
 * As auditCounts for up to `sample` neighbours of each kind, of which the first lies at `place`, from 0 (the oldest) to 1. Each kind in one
 * snapshot, by the index.
 */
export async function auditSomeCounts(reader: Reader, sample: number, place: number): Promise<{ lookedAt: number; drifts: CountDrift[] }> {
  let lookedAt = 0
  const drifts: CountDrift[] = []
  for (const asked of samples) {
    const rows = await reader.rows(asked, [sample, place])
    lookedAt += rows[0]?.lookedAt ?? 0
    for (const { lookedAt: _, ...drift } of rows) if (drift.id !== null) drifts.push(drift)
  }
  return { lookedAt, drifts }
}

const lockCounts = statement<never>('interactions.lock-counts', 'select lock_counts()')
const repairs = Object.fromEntries(
  Object.entries(COUNTED).map(([kind, { table, key, columns, counts, subjects }]) => [
    kind,
    {
      forget: statement<never>(`interactions.forget-counts-of-${kind}`, `delete from ${table} where ${key} = $1`),
      count: statement<never>(
        `interactions.count-${kind}-anew`,
        `insert into ${table} (${key}, slot, ${columns.join(', ')})
         select s.id, 0, ${counts.map((rows) => `(select count(*) from ${rows})`).join(', ')} from ${subjects} s where s.id = $1`,
      ),
    },
  ]),
)

/**
 * Counts a subject anew. Whoever is changing its kept counts is waited for, and whoever wants to waits: so nothing is counted twice or not
 * at all.
 */
export async function repairCounts(writer: Writer, { kind, id }: CountDrift): Promise<void> {
  const repair = repairs[kind]
  if (!repair) throw new Error(`there are no counts of a ${kind}`)
  await writer.transaction(async (tx) => {
    await tx.rows(lockCounts, [])
    await tx.rows(repair.forget, [id])
    await tx.rows(repair.count, [id])
  })
}
