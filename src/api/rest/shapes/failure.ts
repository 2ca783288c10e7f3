import { z } from 'zod'

export const failureShape = z.object({
  error: z.string().describe('A sentence that may be shown.'),
  error_description: z.string().optional(),
  code: z.string().describe('As GraphQL names the same refusal.'),
  field: z.string().optional().describe('The parameter that is at fault.'),
  requestId: z.string().optional(),
})
