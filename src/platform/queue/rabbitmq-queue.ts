import type { Connection } from 'rabbitmq-client'

/** So often a message goes back to the queue because its worker died; then it is dropped, and its row sent again. */
const DELIVERIES_MAX = 5
/** A queue that nobody has declared or consumed for so long is one of a database that is gone. */
const UNUSED_MS_MAX = 7 * 24 * 60 * 60 * 1000

/**
 * How the queue of a lane is declared. RabbitMQ refuses one that is there with other arguments: whoever changes them gives the queue
 * another name. What lies in the old one is lost, which is no matter: the rows are sent again.
 */
export function declarationOf(queue: string): Parameters<Connection['queueDeclare']>[0] & object {
  return {
    queue,
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': DELIVERIES_MAX, 'x-expires': UNUSED_MS_MAX },
  }
}
