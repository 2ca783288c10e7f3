import { z } from 'zod'
import { answerOauthFailure } from './oauth-http.ts'

const oauthFailureShape = z.object({ error: z.string().describe('As RFC 6749 names it.'), error_description: z.string() })

/** How a route of OAuth stands in the document. What is sent to it is judged by OAuth, and refused in its form. */
export function documented({ summary, body, answer }: { summary: string; body: z.ZodType; answer: z.ZodType }) {
  return {
    schema: {
      summary,
      tags: ['oauth'],
      security: [{}],
      body,
      response: { 200: answer, '4xx': oauthFailureShape, '5xx': oauthFailureShape },
    },
    validatorCompiler: () => () => true,
    errorHandler: answerOauthFailure,
  }
}
