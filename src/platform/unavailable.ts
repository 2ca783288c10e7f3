/** Something that we stand on is gone or too busy. Surfaces answer it as UNAVAILABLE with `retryAfter`, never as a fault of ours. */
export class Unavailable extends Error {
  readonly retryAfterSeconds: number

  constructor(reason: string, options: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(reason, { cause: options.cause })
    this.name = 'Unavailable'
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1
  }
}

/** A job's own word that it has to go on later: nothing is wrong, and nobody need hear of it. */
export class NotYet extends Unavailable {}
