import type { ObjectRef } from '@pothos/core'
import { makeCursor, type PageArgs, type Slice } from '../../domain/input/page-rules.ts'
import { builder } from './builder.ts'
import { plainly } from './plain-fields.ts'

export interface Edge<Node> {
  cursor: string
  node: Node | Promise<Node>
}

export interface PageInfo {
  hasNextPage: boolean
  hasPreviousPage: boolean
  startCursor: string | null
  endCursor: string | null
}

export interface Connection<Node> {
  edges: Edge<Node>[]
  pageInfo: PageInfo
}

export const PageInfoType = builder.objectRef<PageInfo>('PageInfo').implement({
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage'),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage'),
    startCursor: t.exposeString('startCursor', { nullable: true }),
    endCursor: t.exposeString('endCursor', { nullable: true }),
  }),
})

type SchemaTypes = typeof builder.$inferSchemaTypes
export type TypeOf<Node> = ObjectRef<SchemaTypes, Node>

/** Declares `<Name>Connection` and `<Name>Edge` of the Relay Cursor Connections specification for a type. */
export function connectionType<Node>(name: string, node: TypeOf<Node>): TypeOf<Connection<Node>> {
  return connectionAndEdge(name, node).connection
}

/** As connectionType, where the edges say more than their cursor and node. */
export function connectionAndEdge<Node>(
  name: string,
  node: TypeOf<Node>,
): { connection: TypeOf<Connection<Node>>; edge: TypeOf<Edge<Node>> } {
  const edge = builder.objectRef<Edge<Node>>(`${name}Edge`)
  edge.implement({
    fields: (t) => ({
      cursor: t.exposeString('cursor'),
      node: t.field({ type: node as TypeOf<object>, ...plainly((parent: Edge<Node>) => parent.node as object) }),
    }),
  })
  const connection = builder.objectRef<Connection<Node>>(`${name}Connection`)
  connection.implement({
    fields: (t) => ({
      edges: t.field({ type: [edge as TypeOf<object>], ...plainly((parent: Connection<Node>) => parent.edges as object[]) }),
      pageInfo: t.field({ type: PageInfoType, ...plainly((parent: Connection<Node>) => parent.pageInfo) }),
    }),
  })
  return { connection, edge }
}

/** The arguments of every list: `first` 1..100, by default 20, and a cursor. */
export const pageArgs = builder.args((t) => ({ first: t.int({ defaultValue: 20, required: false }), after: t.string({ required: false }) }))

const FIRST_DEFAULT = 20

/** Null is the same as left out. */
export function readPageArgs(args: { first?: number | null | undefined; after?: string | null | undefined }): PageArgs {
  return { first: args.first ?? FIRST_DEFAULT, after: args.after }
}

/** Makes a connection of a slice; `list` is the name that its cursors bear. */
export function connect<Row, Node>(
  list: string,
  slice: Slice<Row>,
  args: PageArgs,
  keyOf: (row: Row) => number,
  nodeOf: (row: Row) => Node | Promise<Node>,
): Connection<Node> {
  const edges = slice.rows.map((row) => ({ cursor: makeCursor(list, keyOf(row)), node: nodeOf(row) }))
  return { edges, pageInfo: pageInfo(list, edges[0]?.cursor, slice, args) }
}

export function pageInfo(
  list: string,
  startCursor: string | undefined,
  slice: Pick<Slice<unknown>, 'hasNextPage' | 'endKey'>,
  args: PageArgs,
): PageInfo {
  return {
    hasNextPage: slice.hasNextPage,
    hasPreviousPage: args.after !== undefined && args.after !== null,
    startCursor: startCursor ?? null,
    endCursor: slice.endKey === undefined ? null : makeCursor(list, slice.endKey),
  }
}
