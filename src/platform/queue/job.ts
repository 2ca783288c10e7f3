import type { z } from 'zod'

/** A job: a name, a shape, a limit and a function that is safe to run twice. `Context` is the least that it needs. */
export interface Job<Input = unknown, Context = unknown> {
  readonly name: string
  readonly input: z.ZodType<Input>
  /** After so many failures it lies where an operator finds it. Between them it waits, twice as long each time. */
  readonly attemptsMax: number
  run(context: Context, input: Input): Promise<void>
}

export function defineJob<Input, Context>(job: Job<Input, Context>): Job<Input, Context> {
  return job
}
