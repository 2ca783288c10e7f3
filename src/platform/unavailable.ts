/** Something that we stand on is gone or too busy. Surfaces answer it as UNAVAILABLE with `retryAfter`, never as a fault of ours. */
export class Unavailable extends Error {
  readonly retryAfterSeconds: number

  constructor(reason: string, options: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(reason, { cause: options.cause })
    this.name = 'Unavailable'
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1
  }
}
