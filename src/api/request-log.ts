import type { FastifyBaseLogger } from 'fastify'

/** The log of one request, whose id stands in every line of it. It is made with its first line: hardly any request has one. */
export function makeRequestLog(parent: FastifyBaseLogger, bindings: object, options: object): FastifyBaseLogger {
  return new RequestLog(parent, bindings, options) as unknown as FastifyBaseLogger
}

type Line = [details: object, message?: string]

class RequestLog {
  private parent: FastifyBaseLogger
  private bindings: object
  private options: object
  private made: FastifyBaseLogger | undefined

  constructor(parent: FastifyBaseLogger, bindings: object, options: object) {
    this.parent = parent
    this.bindings = bindings
    this.options = options
  }

  private log(): FastifyBaseLogger {
    this.made ??= this.parent.child(this.bindings, this.options)
    return this.made
  }

  child(bindings: object, options?: object): FastifyBaseLogger {
    return this.log().child(bindings, options)
  }
  fatal(...line: Line): void {
    this.log().fatal(...line)
  }
  error(...line: Line): void {
    this.log().error(...line)
  }
  warn(...line: Line): void {
    this.log().warn(...line)
  }
  info(...line: Line): void {
    this.log().info(...line)
  }
  debug(...line: Line): void {
    this.log().debug(...line)
  }
  trace(...line: Line): void {
    this.log().trace(...line)
  }
  silent(): void {}
  get level(): string {
    return this.parent.level
  }
}
