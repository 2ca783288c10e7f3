import type { z } from 'zod'

/** Each lane has its own queue and its own limits, so that what may wait never holds up what may not. */
export const LANES = ['prompt', 'feeds', 'chunks', 'bulk'] as const
export type Lane = (typeof LANES)[number]

/** What a job is before it runs: a row's name, the lane that the row goes by, and the shape of what it is given. */
export interface JobKind {
  readonly name: string
  readonly lane: Lane
  readonly input: z.ZodType
}

/** A job: a name, a shape, a limit and a function that is safe to run twice. `Context` is the least that it needs. */
export interface Job<Input = unknown, Context = unknown> extends JobKind {
  readonly input: z.ZodType<Input>
  /** After so many failures it lies where an operator finds it. Between them it waits, twice as long each time. */
  readonly attemptsMax: number
  run(context: Context, input: Input): Promise<void>
}

/** The jobs that follow from a fact, by its name. */
export type JobsOf = (factName: string) => readonly JobKind[]

interface JobDeclaration<Input, Context> extends Omit<Job<Input, Context>, 'lane'> {
  /** By default 'prompt'. */
  readonly lane?: Lane
}

export function defineJob<Input, Context>({ lane = 'prompt', ...job }: JobDeclaration<Input, Context>): Job<Input, Context> {
  return { ...job, lane }
}
