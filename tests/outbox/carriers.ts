export interface CarrierUnderTest {
  name: string
  environment: Record<string, string>
}

const { AMQP_URL } = process.env
if (!AMQP_URL) console.warn('AMQP_URL is not set: jobs are tested in process alone, not over RabbitMQ')

/** What carries jobs here: the same suite runs on each. */
export const CARRIERS: CarrierUnderTest[] = [
  { name: 'in process', environment: { AMQP_URL: '' } },
  ...(AMQP_URL ? [{ name: 'over RabbitMQ', environment: { AMQP_URL } }] : []),
]
