import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { LimitName } from '../rate-limits.ts'
import type { RestAccess, RestCaller } from './rest-caller.ts'

type Shape = z.ZodType | undefined
type Given<S extends Shape> = S extends z.ZodType ? z.output<S> : undefined

export interface RestAsk<Path extends Shape, Query extends Shape, Body extends Shape> {
  caller: RestCaller
  path: Given<Path>
  query: Given<Query>
  body: Given<Body>
  http: FastifyRequest
  reply: FastifyReply
}

/** One route of the REST surface: all that the server, the OpenAPI document and the authorisation matrix need to know of it. */
export interface RestRoute<
  Path extends Shape = Shape,
  Query extends Shape = Shape,
  Body extends Shape = Shape,
  Answer extends Shape = Shape,
> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  /** One sentence for the reference. */
  summary: string
  tag: string
  access: RestAccess
  /** The scope that a token of an app needs. A user's own session has them all. */
  scope?: string
  /** Which limit it counts towards; by default 'writes' for all but GET. */
  limit?: LimitName | 'none'
  /** The body is a form with a file, which `run` reads as it comes. `body` is for the document alone. */
  isUpload?: true
  path?: Path
  query?: Query
  body?: Body
  answer: Answer
  status?: number
  run(ask: RestAsk<Path, Query, Body>): Promise<Answer extends z.ZodType ? z.input<Answer> : unknown>
}

/** Declares a route; its `run` is held to the shapes that it declares. */
export function restRoute<Path extends Shape, Query extends Shape, Body extends Shape, Answer extends z.ZodType>(
  route: RestRoute<Path, Query, Body, Answer>,
): RestRoute {
  return route as unknown as RestRoute
}
