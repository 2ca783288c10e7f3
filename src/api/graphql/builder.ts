import SchemaBuilder from '@pothos/core'
import type { LimitName } from '../rate-limits.ts'
import type { RequestContext } from '../request-context.ts'

/**
 * Who may ask for a field of Query or Mutation:
 * - credentials: everybody; the header is not looked at
 * - visitor: everybody, but not with a token that is not valid
 * - user: with a valid token
 * - admin: with an admin's
 */
export type Access = 'credentials' | 'visitor' | 'user' | 'admin'

/** Stands in the `extensions` of every field of Query and Mutation; guard-root-fields.ts holds it, and the authorisation matrix is made from it. */
export interface RootFieldExtensions {
  access: Access
  /** Which limit an attempt counts towards. Every mutation has one. */
  limit?: LimitName
}

export const builder = new SchemaBuilder<{
  Context: RequestContext
  Scalars: {
    ID: { Input: string; Output: string | number }
    DateTime: { Input: Date; Output: Date | string }
  }
  DefaultFieldNullability: false
  DefaultInputFieldRequiredness: true
}>({ defaultFieldNullability: false, defaultInputFieldRequiredness: true })

/** A query's access. What it costs by itself, beside what is asked of its answer, is said where it is more than 1: see operation-cost.ts. */
export const mayAsk = (access: Access, costs?: number): { extensions: RootFieldExtensions & Record<string, unknown> } => ({
  extensions: { access, ...(costs !== undefined && { costs }) },
})

/** A mutation's access, which counts as a write unless another limit is named. */
export const mayWrite = (
  access: Access = 'user',
  limit: LimitName = 'writes',
): { extensions: RootFieldExtensions & Record<string, unknown> } => ({
  extensions: { access, limit },
})
