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

/** Clients send a list of one as a value, too. */
const LIST_LENGTH_MAX = 100
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.union([z.array(item).max(LIST_LENGTH_MAX), item.transform((one) => [one])]) as unknown as z.ZodType<z.output<Item>[]>

/** Whether something is wanted, as JSON, forms and queries say it. */
export const yesOrNo = z.union([
  z.boolean(),
  z.enum(['true', '1', 'on', 'false', '0', 'off', '']).transform((word) => /^(true|1|on)$/.test(word)),
])
