import { type FieldNode, type FragmentDefinitionNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql'
import type { OwnReaction } from '../../domain/interactions/read-own-reactions.ts'
import type { RequestContext } from '../request-context.ts'

/** What a compiled operation tells a resolver beside the rest: the names of all fields asked for below it. */
interface LookingAhead {
  below?: ReadonlySet<string>
}

/** Finds the names, once an operation: for graphql-jit's `resolverInfoEnricher`. */
export function lookAhead({ fieldNodes, fragments }: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>): LookingAhead {
  const below = new Set<string>()
  const seen = new Set<FragmentDefinitionNode>()
  const collect = (selections: SelectionSetNode | undefined) => {
    for (const selection of selections?.selections ?? []) {
      if (selection.kind === Kind.FIELD) below.add(selection.name.value)
      if (selection.kind !== Kind.FRAGMENT_SPREAD) {
        collect(selection.selectionSet)
        continue
      }
      const fragment = fragments[selection.name.value]
      if (fragment && !seen.has(fragment)) collect(seen.add(fragment) && fragment.selectionSet)
    }
  }
  for (const node of fieldNodes as readonly FieldNode[]) collect(node.selectionSet)
  return { below }
}

const REACTIONS: [string, OwnReaction][] = [
  ['viewerHasLiked', 'liked-posts'],
  ['viewerHasShared', 'shared-posts'],
]

/**
 * Reads with a page of posts what its fields will ask of the viewer, so that each has it at once: a promise for each field of each post takes
 * longer than all else of the answer. Where nothing is known of what comes (an operation that is interpreted), the fields ask themselves.
 */
export async function readAhead(request: RequestContext, info: GraphQLResolveInfo, posts: readonly { id: number }[]): Promise<void> {
  const { below } = info as LookingAhead
  const asked = below ? REACTIONS.filter(([field]) => below.has(field)) : []
  if (asked.length === 0) return
  const ids = posts.map(({ id }) => id)
  await Promise.all(asked.map(([, reaction]) => request.loaders.readAhead(reaction, ids)))
}
