import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Span, SpanRows } from '../../domain/input/span-rules.ts'
import { NEWEST } from '../../platform/ids.ts'
import { refuseInput } from '../../refusals.ts'
import type { RestSettings } from './rest-platform.ts'
import { count } from './shapes/parameters.ts'

const LIMIT_BY_DEFAULT = 20
const LIMIT_MAX = 40

/** The parameters of every list: `max_id` goes down from an id, `min_id` up from one, `since_id` leaves out what is not above one. */
export const pageQuery = z.object({
  max_id: z.string().max(40).optional(),
  since_id: z.string().max(40).optional(),
  min_id: z.string().max(40).optional(),
  limit: count.default(LIMIT_BY_DEFAULT),
})

/** The part of a list that is asked for. @throws BAD_USER_INPUT */
export function spanOf({ max_id, since_id, min_id, limit }: z.output<typeof pageQuery>): Span {
  const below = keyOf('max_id', max_id) ?? NEWEST
  const above = Math.max(keyOf('since_id', since_id) ?? 0, keyOf('min_id', min_id) ?? 0)
  return { below, above, from: min_id ? 'lower' : 'upper', limit: pageSize(limit) }
}

function keyOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  if (!/^\d+$/.test(text)) throw refuseInput(name, `${name} must be an id.`)
  return Math.min(Number(text), NEWEST)
}

/** How many a page has, of a list that is longer than others. */
export function pageSize(limit: number, max = LIMIT_MAX): number {
  return Math.min(Math.max(limit, 1), max)
}

export interface PageLinks {
  /** The key below which the next page down begins. */
  next: number | string | undefined
  /** The key above which the page immediately above begins. */
  previous: number | string | undefined
}

/** Tells where the pages around this one are. What else was asked of the list stays asked. */
export function linkPages({ publicUrl }: RestSettings, http: FastifyRequest, reply: FastifyReply, { next, previous }: PageLinks): void {
  const [path = '', asked] = http.url.split('?', 2)
  const links = Object.entries({ next: { max_id: next }, prev: { min_id: previous } }).flatMap(([rel, place]) => {
    const [name, key] = Object.entries(place)[0] ?? []
    if (name === undefined || key === undefined) return []
    const query = new URLSearchParams(asked)
    for (const each of ['max_id', 'since_id', 'min_id']) query.delete(each)
    query.set(name, String(key))
    return [`<${publicUrl}${path}?${query}>; rel="${rel}"`]
  })
  if (links.length > 0) reply.header('link', links.join(', '))
}

/** As linkPages, around the rows of a span. */
export function linkSpan<Row>(
  settings: RestSettings,
  http: FastifyRequest,
  reply: FastifyReply,
  asked: Span,
  { rows, endKey, more }: SpanRows<Row>,
  keyOfRow: (row: Row) => number,
): void {
  const [first, last] = [rows[0], rows.at(-1)].map((row) => row && keyOfRow(row))
  const links: PageLinks = asked.from === 'upper' ? { next: more ? endKey : undefined, previous: first } : { next: last, previous: endKey }
  linkPages(settings, http, reply, links)
}
