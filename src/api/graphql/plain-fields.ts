import type { GraphQLField } from 'graphql'
import type { ApiPlatform, RequestContext } from '../request-context.ts'

/** Of a process, never of a request: by it a text is everybody's. */
type Settings = Pick<ApiPlatform, 'mediaUrls'>

/** What a field may say of itself in its `extensions`, so that a selection of such fields can be written as text (plain-selections.ts). */
interface PlainExtensions {
  /** Its value follows from its parent's row alone, at once, for whoever asks. Undefined where something for it did not come along. */
  plain?: (row: never, settings: Settings) => unknown
  /** Its value depends on who asks, and may be at hand; else undefined. */
  atHand?: (row: never, request: RequestContext) => unknown
}

/** A field whose resolver is plain. */
export function plainly<Row, Value>(value: (row: Row, settings: Settings) => Value) {
  const resolve = (row: Row, _args: unknown, { platform }: RequestContext) => value(row, platform)
  return { resolve, extensions: { plain: value } satisfies PlainExtensions }
}

/** A field that is plain where `value` came along with the row: where it is undefined, the resolver is asked. */
export function plainWhere<Row>(value: (row: Row, settings: Settings) => unknown) {
  return { extensions: { plain: value } satisfies PlainExtensions }
}

/** A field that depends on who asks: where `value` is undefined, the resolver is asked. */
export function atHandWhere<Row>(value: (row: Row, request: RequestContext) => unknown) {
  return { extensions: { atHand: value } satisfies PlainExtensions }
}

/** How a field's value is had from its parent's row at once, and whether for everybody; undefined for a field that must be resolved. */
export function plainValueOf(
  field: GraphQLField<unknown, unknown>,
): { value: (row: unknown, request: RequestContext) => unknown; isEverybodys: boolean } | undefined {
  const { plain, atHand } = field.extensions as { [Key in keyof PlainExtensions]: (row: unknown, given: unknown) => unknown }
  if (field.args.length > 0) return undefined
  if (plain) return { value: (row, request) => plain(row, request.platform), isEverybodys: true }
  if (atHand) return { value: atHand, isEverybodys: false }
  const { pothosExposedField: property } = field.extensions
  if (typeof property !== 'string') return undefined
  return { value: (row) => (row as Record<string, unknown>)[property], isEverybodys: true }
}
