import { z } from 'zod'

/** A whole number, as JSON, forms and queries have it. */
export const count = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
])

export const idPath = z.object({ id: z.string().max(40) })
