import type { GraphQLField, GraphQLFieldResolver, GraphQLObjectType, GraphQLSchema } from 'graphql'
import { Refusal, refuse } from '../../refusals.ts'
import { nameKey, networkKey } from '../rate-limit-keys.ts'
import { type RequestContext, requireViewer } from '../request-context.ts'
import type { RootFieldExtensions } from './builder.ts'

type Resolver = GraphQLFieldResolver<unknown, RequestContext>

/**
 * Puts its guard before every field of Query, Mutation and Subscription: first the limit, then who asks. A field that does not say who may ask, or
 * a mutation without a limit, stops the start.
 */
export function guardRootFields(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) if (type) guardFields(type, type === schema.getMutationType())
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) guardSubscription(field)
  return schema
}

function guardFields(type: GraphQLObjectType, isMutation: boolean): void {
  for (const field of Object.values(type.getFields())) {
    const rules = field.extensions as unknown as Partial<RootFieldExtensions>
    const resolve = field.resolve as Resolver | undefined
    if (!rules.access || !resolve || (isMutation && !rules.limit))
      throw new Error(`${type.name}.${field.name} does not say who may ask for it`)
    field.resolve = isMutation ? guardMutation(resolve, rules as RootFieldExtensions) : guardQuery(resolve, rules as RootFieldExtensions)
  }
}

function guardQuery(resolve: Resolver, { access }: RootFieldExtensions): Resolver {
  return (source, args, request, info) => {
    checkAccess(request, access)
    return resolve(source, args, request, info)
  }
}

// Who asks is judged when the listening begins; each event is judged by itself.
function guardSubscription(field: GraphQLField<unknown, RequestContext>): void {
  const { access } = field.extensions as unknown as Partial<RootFieldExtensions>
  const { subscribe } = field
  if (!access || !subscribe) throw new Error(`Subscription.${field.name} does not say who may ask for it`)
  field.subscribe = guardQuery(subscribe, { access })
}

/** The requests of which a mutation has begun. */
const begun = new WeakSet<RequestContext>()

function guardMutation(resolve: Resolver, { access, limit = 'writes' }: RootFieldExtensions): Resolver {
  return async (source, args, request, info) => {
    // Mutations run one after the other: each begins as the one who asks, and reads anew what the one before has changed. That may be the
    // session, which was read when the request began: what is not the first asks again.
    if (begun.has(request)) await request.askAgain()
    begun.add(request)
    const asking = request.asking.kind === 'viewer' ? request.asking.viewer : undefined
    request.actAs(access === 'credentials' ? undefined : asking)
    await request.platform.limits.count(limit, limitKeys(request, { access, limit }, args))
    checkAccess(request, access)
    const run = async () => resolve(source, args, request, info)
    const isTry = access === 'credentials' && limit === 'logins' && typeof args.username === 'string'
    return isTry ? tryName(request, args.username, run) : run()
  }
}

/** Counts what is done as a try at a name, unless it turns out to be right. */
async function tryName<Answer>(request: RequestContext, name: string, run: () => Promise<Answer>): Promise<Answer> {
  const takeBack = await request.platform.limits.countTry(nameKey(name))
  try {
    const answer = await run()
    await takeBack()
    return answer
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'UNAUTHENTICATED')) await takeBack()
    throw error
  }
}

function checkAccess(request: RequestContext, access: RootFieldExtensions['access']): void {
  if (access === 'credentials') return
  if (request.asking.kind === 'invalid') throw refuse('auth.token-invalid')
  if (access === 'visitor') return
  const viewer = requireViewer(request)
  if (access === 'admin' && viewer.role !== 'admin') throw refuse('admin.only')
}

// A mail counts under the address that it is asked for, too: nobody is sent very many, from wherever they are asked for.
function limitKeys(request: RequestContext, { access, limit }: RootFieldExtensions, args: Record<string, unknown>): string[] {
  const keys = [networkKey(request.address)]
  if (access === 'credentials' && limit === 'logins' && typeof args.email === 'string') keys.push(nameKey(args.email))
  if (access !== 'credentials' && request.viewer) keys.push(`user:${request.viewer.id}`)
  return keys
}
