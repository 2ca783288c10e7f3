import { firstRow, type Reader, statement } from '../../platform/database/statement.ts'
import { refuse } from '../../refusals.ts'
import type { Heads } from './heads/open-heads.ts'

/** Why a post is, or is not, in a viewer's home feed. */
export interface Explanation {
  /** Whether any entry of the post stands in the feed. */
  stands: boolean
  entries: ExplainedEntry[]
}

/** One way by which the post could come: itself, or one share of it by whom the viewer follows, or their own. */
export interface ExplainedEntry {
  entryId: number
  /** What brings it: "OWN", "FOLLOWED" or "SHARED"; null when nothing does. */
  edge: 'OWN' | 'FOLLOWED' | 'SHARED' | null
  actor: string
  /** The rules that leave it out; none when it stands. */
  dropped: string[]
  /** Where it is served from; null when nothing brings it. */
  from: 'head' | 'under way' | 'sql' | null
}

interface Ways {
  entryId: number
  actor: string
  isOwn: boolean
  isShare: boolean
  followed: boolean
  actorMuted: boolean
  actorBlocked: boolean
  actorSuspended: boolean
  actorClosed: boolean
  ownPost: boolean
  hidden: boolean
  authorMuted: boolean
  authorBlocked: boolean
  authorSuspended: boolean
  authorClosed: boolean
}

const blocked = (other: string) =>
  `exists (select from blocks b where (b.blocker_id = $1 and b.blocked_id = ${other}) or (b.blocker_id = ${other} and b.blocked_id = $1))`
const muted = (other: string) => `exists (select from mutes m where m.muter_id = $1 and m.muted_id = ${other})`

const waysOfPost = statement<Ways>(
  'feeds.ways-of-post',
  `select e.entry_id as "entryId", actor.username as actor, actor.id = $1 as "isOwn", e.is_share as "isShare",
     exists (select from follows f where f.follower_id = $1 and f.following_id = actor.id) as followed,
     ${muted('actor.id')} as "actorMuted", ${blocked('actor.id')} as "actorBlocked",
     actor.suspended_at is not null as "actorSuspended", actor.closed_at is not null as "actorClosed",
     p.author_id = $1 as "ownPost", p.hidden_at is not null as hidden,
     ${muted('author.id')} as "authorMuted", ${blocked('author.id')} as "authorBlocked",
     author.suspended_at is not null as "authorSuspended", author.closed_at is not null as "authorClosed"
   from posts p join users author on author.id = p.author_id cross join lateral (
     select p.id as entry_id, p.author_id as actor_id, false as is_share
     union all
     select s.id, s.user_id, true from shares s where s.post_id = p.id
       and (s.user_id = $1 or exists (select from follows f where f.follower_id = $1 and f.following_id = s.user_id))
   ) e join users actor on actor.id = e.actor_id
   where p.id = $2 order by e.entry_id desc limit 1000`,
)
const viewerVersion = statement<{ version: number }>(
  'feeds.version-of-viewer',
  'select coalesce(v.version, 0) as version from users u left join viewers v on v.user_id = u.id where u.id = $1',
)

/** Says of each way by which the post could come to the viewer what brings it and what drops it. @throws NOT_FOUND */
export async function explainPost(reader: Reader, heads: Heads | undefined, viewerId: number, postId: number): Promise<Explanation> {
  const viewer = await firstRow(reader, viewerVersion, [viewerId])
  if (!viewer) throw refuse('user.not-found')
  const ways = await reader.rows(waysOfPost, [viewerId, postId])
  if (ways.length === 0) throw refuse('post.not-found')
  const whereFrom = await lookIntoHead(heads, { id: viewerId, version: viewer.version })
  const entries = ways.map((way) => {
    const edge = edgeOf(way)
    return { entryId: way.entryId, edge, actor: way.actor, dropped: droppedBy(way), from: edge && whereFrom(way.entryId) }
  })
  return { stands: entries.some(({ edge, dropped }) => edge !== null && dropped.length === 0), entries }
}

function edgeOf({ isOwn, isShare, followed }: Ways): ExplainedEntry['edge'] {
  if (!isOwn && !followed) return null
  if (isShare) return 'SHARED'
  return isOwn ? 'OWN' : 'FOLLOWED'
}

function droppedBy(way: Ways): string[] {
  const rules: [boolean, string][] = [
    [!way.isOwn && !way.followed, `the viewer does not follow ${way.actor}`],
    [!way.isOwn && way.actorMuted, `the viewer muted ${way.actor}`],
    [!way.isOwn && way.actorBlocked, `one of the viewer and ${way.actor} blocked the other`],
    [!way.isOwn && way.actorSuspended, `${way.actor} is suspended`],
    [!way.isOwn && way.actorClosed, `the account of ${way.actor} was closed`],
    [!way.ownPost && way.hidden, 'the post is hidden by a moderator'],
    [way.isShare && !way.ownPost && way.authorMuted, "the viewer muted the post's author"],
    [way.isShare && !way.ownPost && way.authorBlocked, "one of the viewer and the post's author blocked the other"],
    [way.isShare && !way.ownPost && way.authorSuspended, "the post's author is suspended"],
    [way.isShare && !way.ownPost && way.authorClosed, "the account of the post's author was closed"],
  ]
  return rules.flatMap(([holds, rule]) => (holds ? [rule] : []))
}

/** Without heads, without a head of this version, and below its watermark an entry comes from SQL. */
async function lookIntoHead(heads: Heads | undefined, viewer: { id: number; version: number }) {
  const pulse = await heads?.takePulse()
  const head = pulse && (await heads?.readWhole(pulse, viewer.id))
  const underWay = new Set([...(pulse?.pending.values() ?? [])].flat())
  const inHead = new Set(head?.version === viewer.version ? head.ids : [])
  return (entryId: number): 'head' | 'under way' | 'sql' => {
    if (inHead.has(entryId)) return 'head'
    return underWay.has(entryId) ? 'under way' : 'sql'
  }
}
