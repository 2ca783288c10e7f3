import { type GraphQLError, getLocation, type SourceLocation } from 'graphql'
import type { Literal } from './lift-literals.ts'

/** A text and where its literals stand. */
export interface Placed {
  text: string
  literals: readonly Literal[]
}

/** The errors with their places in this text, given those in another one of the same shape. */
export function relocateErrors(errors: readonly GraphQLError[], from: Placed, to: Placed): GraphQLError[] {
  return errors.map((error) => {
    const locations = error.locations?.map((location) => relocate(location, from, to))
    return locations ? (Object.create(error, { locations: { value: locations, enumerable: true } }) as GraphQLError) : error
  })
}

function relocate(location: SourceLocation, from: Placed, to: Placed): SourceLocation {
  const position = positionOf(from.text, location)
  const moved = from.literals.reduce((sum, { at, length }, index) => {
    return at < position ? sum + (to.literals[index]?.length ?? length) - length : sum
  }, position)
  return getLocation({ body: to.text } as Parameters<typeof getLocation>[0], moved)
}

function positionOf(text: string, { line, column }: SourceLocation): number {
  let start = 0
  const ends = text.matchAll(/\r\n|[\n\r]/g)
  for (let passed = 1; passed < line; passed += 1) {
    const end = ends.next().value
    if (end) start = end.index + end[0].length
  }
  return start + column - 1
}
